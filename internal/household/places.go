package household

import (
	"slices"
	"strings"
	"sync/atomic"

	"giamngheo/internal/area"
	"giamngheo/internal/vn"
)

// places is the areas of one day with their folded names, made once for a
// tree and a day.
type places struct {
	tree     *area.Tree
	day      string
	all      []place // districts before communes before villages, each by name
	villages []place
}

type place struct {
	area.Version
	name, full string   // folded
	words      []string // of a village: those of its own name and of all above it but the province
	names      []string // the same without «thôn», «xã» before them
}

// placesHeld keeps the places of the tree in force.
type placesHeld struct{ held atomic.Pointer[places] }

func (p *placesHeld) of(tree *area.Tree, day string) *places {
	if now := p.held.Load(); now != nil && now.tree == tree && now.day == day {
		return now
	}
	fresh := &places{tree: tree, day: day}
	above, namesAbove := map[area.ID][]string{}, map[area.ID][]string{}
	for _, root := range tree.Roots(day) {
		for _, v := range tree.Under(root.Area, day, "") {
			one := place{Version: v, name: vn.Fold(v.Name), full: vn.Fold(v.FullName)}
			if v.Parent != "" {
				one.words = append(slices.Clone(above[v.Parent]), vn.Words(one.full)...)
				one.names = append(slices.Clone(namesAbove[v.Parent]), vn.Words(one.name)...)
			}
			above[v.Area], namesAbove[v.Area] = one.words, one.names
			fresh.all = append(fresh.all, one)
			if v.Level == area.Village {
				fresh.villages = append(fresh.villages, one)
			}
		}
	}
	p.held.Store(fresh)
	return fresh
}

// beginning gives areas of the reader's scope whose name, with or without
// «xã», «thôn» before it, begins as typed; the highest first.
func (p *places) beginning(typed string, scope area.Scope, limit int) []area.Version {
	var found []area.Version
	if typed == "" {
		return nil
	}
	for _, one := range p.all {
		if len(found) == limit {
			break
		}
		if !strings.HasPrefix(one.name, typed) && !strings.HasPrefix(one.full, typed) {
			continue
		}
		if scope.Covers(p.tree, one.Area, p.day) {
			found = append(found, one.Version)
		}
	}
	return found
}

// in gives the villages of a scope, those with the words in their own name or
// one above it: each word a beginning. nil means all villages there are.
func (p *places) in(scope area.Scope, words []string) []area.ID {
	if len(words) == 0 && scope.Whole(area.FieldsNone) {
		return nil
	}
	list := []area.ID{}
	for _, one := range p.villages {
		if fields, ok := scope.FieldsAt(one.Path); !ok || fields == area.FieldsNone {
			continue
		}
		if hasAll(one.words, words) {
			list = append(list, one.Area)
		}
	}
	return list
}

// called gives the villages of a scope that lie in what the words call, word
// for word: «th t» is the beginning of many a name, and no place. Words that
// only say what a place is, as «tran» of «thị trấn», call none.
func (p *places) called(scope area.Scope, words []string) []area.ID {
	list := []area.ID{}
	for _, one := range p.villages {
		outside := func(w string) bool { return !slices.Contains(one.words, w) }
		names := func(w string) bool { return slices.Contains(one.names, w) }
		if slices.ContainsFunc(words, outside) || !slices.ContainsFunc(words, names) {
			continue
		}
		if fields, ok := scope.FieldsAt(one.Path); ok && fields != area.FieldsNone {
			list = append(list, one.Area)
		}
	}
	return list
}

func hasAll(have, words []string) bool {
	for _, w := range words {
		if !slices.ContainsFunc(have, func(h string) bool { return strings.HasPrefix(h, w) }) {
			return false
		}
	}
	return true
}
