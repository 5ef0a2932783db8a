// Package webhook tells other programs what happens to alerts. What is to be told waits in the store, a row for
// each thing and each webhook (market.Delivery); a Worker takes what is due and calls, signed as the Standard
// Webhooks specification has it (version 1.0.0), again and again with growing waits, until the other side says
// 2xx or it is given up.
//
// A call is made at least once: when the program is killed between the answer and the note of it, it is made
// again, with the same webhook-id, by which the other side knows it.
//
// It speaks to the network through a function it is given, which must not reach inner networks.
package webhook
