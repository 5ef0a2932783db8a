// Package stream carries adverts from whoever sends them to the workers that code, place and count them. It is built on
// NATS JetStream: embedded in the process and kept in a folder, or a cluster somewhere else; the code is the same.
//
// An advert is published once it is cleaned and persons are masked, is delivered to a worker at least once, and leaves the
// stream when the worker has kept it. What keeps it must therefore be safe to repeat. Adverts that cannot be taken lie
// among the dead with the reason, to be looked at and replayed.
package stream
