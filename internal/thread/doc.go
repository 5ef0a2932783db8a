// Package thread holds the references that tie everything together: from a diploma back to the figures
// that caused it, and from an alert forward to the people it put to work.
//
// Each step of the way makes a node and a link from what it came from, in the same transaction as the
// step itself. A node is an object of some room, named by a people.Ref; a link says who made it, when and
// because of what. The rooms know nothing of the thread: the store weaves it as it keeps what they decide.
// What concerns one person is owned by them: others see that it is there and when, never whose.
package thread
