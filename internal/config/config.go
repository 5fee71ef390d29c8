// Package config holds what an installation may set, with the values it
// starts from.
package config

// Province is the key of the province in every table: our own and stable,
// because the official code is a dated attribute.
const Province = "TH"
