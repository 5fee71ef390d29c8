package web

import (
	"giamngheo/internal/household"
	"giamngheo/internal/web/view"
)

func undoAddress(id household.ID, operation string) string {
	return PathHouseholds + "/" + string(id) + "/hoan-tac/" + operation
}

func operationLinks(id household.ID) []view.Link { return nil }
