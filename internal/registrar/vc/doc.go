// Package vc signs and verifies credentials: W3C Verifiable Credentials 2.0 in JSON-LD, with a Data
// Integrity proof of the suite eddsa-rdfc-2022, issuers named by did:web, and revocation by Bitstring
// Status List 1.0. It reads Open Badges 3.0, which are such credentials.
//
// Words. A document is a JSON object whose terms mean something by its contexts, which come with the
// program: no context is ever fetched. Its canonical form (RDF Dataset Canonicalization, RDFC-1.0) is the
// same however the JSON is written, and is what is signed. A proof names the key, the key's document
// (did.json, on the issuer's own site) says whose it is.
//
// Everything that comes from outside is bounded: size, depth, names given twice, and the work a hostile
// graph can make canonicalisation do. Of JSON-LD only what credentials need is taken: keywords are written
// id and type, contexts are names of a short list and stand at the top, and a term no context knows is
// refused, because nobody would have signed it.
//
// It does not say whom to trust: an issuer is who controls a site, and whether that site's word is worth
// something is the reader's to judge.
package vc
