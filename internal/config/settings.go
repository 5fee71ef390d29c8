package config

import (
	"errors"

	"giamngheo/internal/db"
)

// Get reads a setting of the installation, "" where it has none.
func Get(tx *db.Tx, province, key string) (string, error) {
	var value string
	err := tx.Get(`select value from setting where province_id = $1 and key = $2`, []any{province, key}, &value)
	if errors.Is(err, db.ErrNoRows) {
		return "", nil
	}
	return value, err
}

// Set writes a setting.
func Set(tx *db.Tx, province, key, value string) error {
	_, err := tx.Exec(`insert into setting (province_id, key, value) values ($1, $2, $3)
		on conflict (province_id, key) do update set value = excluded.value`, province, key, value)
	return err
}

// Clear lets a setting be what it starts from.
func Clear(tx *db.Tx, province, key string) error {
	_, err := tx.Exec(`delete from setting where province_id = $1 and key = $2`, province, key)
	return err
}
