package studio

// Project is the unit of assessment: a learner in a role, for a fictional client.
type Project struct {
	ID           string        `json:"id"`
	Code         string        `json:"code"` // its place in the version: "P1"
	Title        string        `json:"title"`
	Scenario     string        `json:"scenario"` // Markdown: the client, the learner's role, what is asked
	Deliverables []Deliverable `json:"deliverables"`
	Hours        int           `json:"hours"`        // of work, estimated
	Competencies []string      `json:"competencies"` // IDs, 3 to 5
	Rubric       []RubricLine  `json:"rubric"`
}

// Deliverable is something a learner hands in.
type Deliverable struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	File  string `json:"file"` // how its file is named: "rapport.pdf"
}

// RubricLine says what is expected of a deliverable for a competency.
type RubricLine struct {
	Competency  string `json:"competency"`  // ID
	Deliverable string `json:"deliverable"` // ID
	Expected    string `json:"expected"`
}
