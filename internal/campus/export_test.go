package campus

// QuizText writes a quiz as its file.
func QuizText(q Quiz) string { return q.text() }
