// Package lifecycle holds state machines as tables: which states a thing has, and what moves it from one
// to the next.
//
// A room declares a Machine for each thing that has a life (an alert, a programme, a defence…) and asks
// Next before every change, so that there is one place where a life is written down. The documentation
// draws the same tables, and Check tells whether a table makes sense: every state can be reached, every
// state but a final one leads on. It knows nothing of the domain, and does not say who may move a thing:
// that is the table of permissions.
package lifecycle
