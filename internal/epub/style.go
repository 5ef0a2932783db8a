package epub

// style is the look of the book: it leaves colours, typeface and size of the text to the reader's own settings,
// so that a dark page stays dark.
const style = `@charset "UTF-8";
body { line-height: 1.5; margin: 0 4%; overflow-wrap: break-word; }
h1, h2, h3, h4, h5, h6 { line-height: 1.2; page-break-after: avoid; break-after: avoid; text-align: left; hyphens: none; }
h1 { font-size: 1.6em; margin: 1.5em 0 0.8em; }
h2 { font-size: 1.25em; margin: 1.4em 0 0.5em; }
h3, h4, h5, h6 { font-size: 1.05em; margin: 1.2em 0 0.4em; }
p { margin: 0.6em 0; orphans: 2; widows: 2; }
ul, ol { margin: 0.6em 0; padding-left: 1.6em; }
li { margin: 0.25em 0; }
ol.options { list-style-type: lower-alpha; }
blockquote { border-left: 0.2em solid currentColor; margin: 1em 0; padding-left: 0.9em; }
pre { border: 1px solid currentColor; font-size: 0.9em; padding: 0.6em; white-space: pre-wrap; }
code { font-family: monospace; }
table { border-collapse: collapse; font-size: 0.92em; margin: 1em 0; }
th, td { border: 1px solid currentColor; padding: 0.3em 0.5em; text-align: left; vertical-align: top; }
th { font-weight: bold; }
.right { text-align: right; }
.center { text-align: center; }
img { height: auto; max-width: 100%; }
hr { border: 0; border-top: 1px solid currentColor; margin: 1.5em 0; }
a { color: inherit; text-decoration: underline; }
.facts, .hint { font-size: 0.9em; }
nav ol { list-style-type: none; padding-left: 1em; }
`
