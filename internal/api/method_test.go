package api_test

import (
	"strings"
	"testing"
)

func TestTheMethodCanBeHadAsTables(t *testing.T) {
	h := service(t)
	for target, want := range map[string]string{
		"/weights.csv":    "component,weight\ndifficulty_share,0.5\noffer_ratio,0.3\nlist_exit_rate,0.2\n",
		"/classes.csv":    "class,low,high\n1,,-0.564\n2,-0.564,-0.26\n3,-0.26,0.13\n4,0.13,0.51\n5,0.51,\n",
		"/agreements.csv": "what,basis,cells,same_class,within1,spearman\n",
	} {
		if got := get(t, h, "/api/v1"+target).Body.String(); !strings.HasPrefix(got, want) {
			t.Errorf("%s gives\n%s", target, got)
		}
	}
	if tag := get(t, h, "/api/v1/weights").Header().Get("ETag"); tag != "" {
		t.Errorf("the weights change with the program, yet carry the version of the data: %s", tag)
	}
}
