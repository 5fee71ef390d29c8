package review

import (
	"giamngheo/internal/account"
	"giamngheo/internal/db"
	"giamngheo/internal/text"
)

// Withdraw is the decision that takes the certificates back from households
// which another decision took off the list: signed with it, by the same person,
// under the next number.
const Withdraw = "withdraw"

// takeBack signs it where some of those who leave hold a certificate that
// nothing later keeps.
func (s *Store) takeBack(tx *db.Tx, by *account.Actor, d Decision, capacity string) error {
	var leave []DecisionItem
	for _, i := range d.Items {
		if !i.Listed() {
			leave = append(leave, i)
		}
	}
	if len(leave) == 0 {
		return nil
	}
	held, err := s.certificates(tx, d.Area, []Decision{{Items: leave}})
	if err != nil || len(held) == 0 {
		return err
	}
	round, err := s.Round(tx, d.Round)
	if err != nil {
		return err
	}
	overtaken, err := s.overtaken(tx, round, d.Area)
	if err != nil {
		return err
	}
	w := Decision{Round: d.Round, Area: d.Area, Kind: Withdraw, Corrects: d.ID, Reason: text.T("review.left_list")}
	for _, i := range leave {
		if _, has := held[i.Household]; has && !overtaken[i.Household] {
			w.Items = append(w.Items, i)
		}
	}
	if len(w.Items) == 0 {
		return nil
	}
	_, err = s.sign(tx, by, w, capacity)
	return err
}
