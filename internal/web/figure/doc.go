// Package figure writes the product's maps and charts as SVG to be put into a page.
//
// Every figure is a pure function from what is to be shown to template.HTML. It works without a
// script, under a Content-Security-Policy that forbids inline style: looks come from classes and from
// the tokens in static/figure.css, for light and dark. What a figure shows to the eye it also says in
// words, in <title> and <desc>; an area that leads somewhere is a link one can reach with the keyboard.
// A table with the same figures is the caller's to add.
//
// Words. A class is the tension class 1 (very low) to 5 (very high), 0 for none. Firmness says how much
// a figure can bear: a weak one is hatched. An area is a place on a map, drawn as its outline
// (Choropleth) or as a square of a grid (TileMap).
//
// The package speaks no language: all words, and the way to write a number, are passed in. It trusts no
// text: labels are escaped, and a link that leaves the site is not made.
//
// Rules followed: WAI-ARIA Graphics and SVG-AAM for roles and names; WCAG 2.2 AA for contrast.
package figure
