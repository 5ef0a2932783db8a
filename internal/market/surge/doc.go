// Package surge finds cells where adverts come faster than they should.
//
// Words. A cell is an occupation in an employment basin. Counts hold how many adverts came to each cell on each
// day the stream ran; a day it did not run is missing, which is not a day without adverts. A season is what is known
// of months and weekdays. Every day each cell gets a finding: what was expected, what was observed, and the
// probability of at least as much if nothing had changed. Findings whose false discovery rate over all cells of the
// day is small, and that rest on enough adverts, are signals, of level veille. A watch makes of a surge that lasts one
// episode, not a signal a day.
//
// Methods. The names are those of public-health surveillance, where counts of many rare things are watched:
//
//   - EARS C1, C2, C3 where history is short: Hutwagner, Thompson, Seeman and Treadwell, "The bioterrorism
//     preparedness and response Early Aberration Reporting System (EARS)", Journal of Urban Health 80 (2003). Theirs
//     are z-scores against the last seven days, which say nothing of cells with 0 to 5 adverts a day. Here the
//     prediction is a negative binomial one (a gamma-distributed rate, overdispersion learnt over all cells), and the
//     baseline grows with history from 7 to 56 days. See ears.go.
//   - Farrington flexible where it is long: Noufaily, Enki, Farrington, Garthwaite, Andrews and Charlett, "An improved
//     algorithm for outbreak detection in multiple surveillance systems", Statistics in Medicine 32 (2013), on
//     Farrington, Andrews, Beale and Catchpole, JRSS A 159 (1996). See farrington.go, which lists what differs.
//   - False discoveries: Benjamini and Hochberg, JRSS B 57 (1995).
//
// What it does not do: it reads no adverts, keeps nothing, and says nothing of shortage. A surge of adverts is a
// signal to look at, never a tension.
package surge
