package studio

// Framework is a référentiel: what a holder of the diploma does, what competencies that takes, and how
// they are judged.
type Framework struct {
	Blocs []Bloc `json:"blocs"`
}

// Bloc is a part of a framework that is assessed and acquired by itself.
type Bloc struct {
	ID         string     `json:"id"`   // for ever, through all versions of the programme
	Code       string     `json:"code"` // its place in the version: "B1"
	Title      string     `json:"title"`
	Activities []Activity `json:"activities"`
}

// Activity is something the holder does at work.
type Activity struct {
	ID           string       `json:"id"`
	Code         string       `json:"code"` // "A1.1"
	Title        string       `json:"title"`
	Competencies []Competency `json:"competencies"`
}

// Competency is what an activity takes: an action verb, an object, how and to what purpose.
type Competency struct {
	ID        string      `json:"id"`
	Code      string      `json:"code"` // "C1.1"
	Statement string      `json:"statement"`
	Criteria  []Criterion `json:"criteria"`
}

// Criterion is what a competency is judged by.
type Criterion struct {
	ID        string `json:"id"`
	Statement string `json:"statement"`
}

// Competencies lists every competency of a framework in order.
func (f Framework) Competencies() []Competency {
	var out []Competency
	for _, b := range f.Blocs {
		out = append(out, b.Competencies()...)
	}
	return out
}

// Competencies lists every competency of a bloc in order.
func (b Bloc) Competencies() []Competency {
	var out []Competency
	for _, a := range b.Activities {
		out = append(out, a.Competencies...)
	}
	return out
}

// Codes gives the code of every bloc, activity and competency by its ID.
func (f Framework) Codes() map[string]string {
	codes := map[string]string{}
	for _, b := range f.Blocs {
		codes[b.ID] = b.Code
		for _, a := range b.Activities {
			codes[a.ID] = a.Code
			for _, c := range a.Competencies {
				codes[c.ID] = c.Code
			}
		}
	}
	return codes
}
