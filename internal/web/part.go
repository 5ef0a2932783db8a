package web

import (
	"fmt"
	"html/template"
	"text/template/parse"
)

// addParts gives a page the part of a name, and what that calls, and so on. Every page holds parts of its own,
// because writing a page for the first time changes them by what stands around them. All parts in every page
// were 50 MB and nine of ten objects the garbage collector went through.
func addParts(page, parts *template.Template, name string) error {
	reached := map[string]bool{name: true}
	for names := []string{name}; len(names) > 0; names = names[1:] {
		t := page.Lookup(names[0])
		if t == nil {
			if t = parts.Lookup(names[0]); t == nil {
				return fmt.Errorf("no part is called %q", names[0])
			}
			var err error
			if t, err = page.AddParseTree(names[0], t.Tree.Copy()); err != nil {
				return fmt.Errorf("add part %q: %w", names[0], err)
			}
		}
		for _, called := range callsOf(t.Tree.Root) {
			if !reached[called] {
				reached[called] = true
				names = append(names, called)
			}
		}
	}
	return nil
}

// callsOf lists the templates a stretch of a template calls.
func callsOf(n parse.Node) []string {
	switch n := n.(type) {
	case *parse.TemplateNode:
		return []string{n.Name}
	case *parse.IfNode:
		return callsOfBranch(&n.BranchNode)
	case *parse.RangeNode:
		return callsOfBranch(&n.BranchNode)
	case *parse.WithNode:
		return callsOfBranch(&n.BranchNode)
	case *parse.ListNode:
		var names []string
		for _, node := range n.Nodes {
			names = append(names, callsOf(node)...)
		}
		return names
	}
	return nil
}

func callsOfBranch(n *parse.BranchNode) []string {
	names := callsOf(n.List)
	if n.ElseList != nil {
		names = append(names, callsOf(n.ElseList)...)
	}
	return names
}
