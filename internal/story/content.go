package story

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"

	"filiere/internal/campus"
	"filiere/internal/studio"
)

//go:embed course programme.json
var files embed.FS

// courseSlug is the folder of the demonstration's course.
const courseSlug = "ia-pour-tous"

// Course reads the demonstration's course.
func Course() (campus.Course, error) {
	folder, err := fs.Sub(files, "course/"+courseSlug)
	if err != nil {
		return campus.Course{}, fmt.Errorf("open the course: %w", err)
	}
	return campus.ReadCourse(folder, courseSlug)
}

// design is the demonstration's programme as its group wrote it.
type design struct {
	Title     string           `json:"title"`
	Summary   string           `json:"summary"`
	Level     int              `json:"level"`
	Framework studio.Framework `json:"framework"`
	Projects  []studio.Project `json:"projects"`
}

func readDesign() (design, error) {
	var d design
	data, err := files.ReadFile("programme.json")
	if err == nil {
		err = json.Unmarshal(data, &d)
	}
	if err != nil {
		return d, fmt.Errorf("read the programme: %w", err)
	}
	return d, nil
}
