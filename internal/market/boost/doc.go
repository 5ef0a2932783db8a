// Package boost learns how likely each of a few classes is, from rows of numbers: gradient-boosted
// decision trees with the multinomial log-likelihood.
//
// Words. A feature is one number of a row; NaN says that it is not known, which is information like any
// other. A round fits one tree per class to what the trees so far get wrong. A leaf is the end of a tree; it
// moves the log-odds of its class.
//
// Method: J. H. Friedman, "Greedy function approximation: a gradient boosting machine", Annals of
// Statistics 29(5), 2001 (algorithm 6); features are cut into bins first and trees are grown leaf by leaf,
// the best split first, as in Ke et al., "LightGBM", NeurIPS 2017.
//
// Training is deterministic: the same rows in the same order give the same model. The package knows
// nothing of the labour market.
package boost
