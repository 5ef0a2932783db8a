package territory

// Outline is how an area is drawn on the national map.
type Outline struct {
	Area ID
	Path string
	X, Y float64
	Box  [4]float64
}
