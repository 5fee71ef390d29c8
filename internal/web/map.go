package web

import (
	"database/sql"
	"net/http"

	"giamngheo/internal/area"
	"giamngheo/internal/boundary"
	"giamngheo/internal/chart"
	"giamngheo/internal/db"
)

const mapWidth = 620

// boundaryStamp changes when boundaries are imported; "" where there are none.
func (p *Pages) boundaryStamp(r *http.Request) (stamp string, err error) {
	err = p.DB.Read(r.Context(), func(tx *db.Tx) error {
		return tx.Get(`select coalesce(max(on_day), '') from boundary where province_id = $1`, []any{p.Province}, &stamp)
	})
	return stamp, err
}

func (p *Pages) drawnMap(r *http.Request, root area.Version, day, stamp string) (*chart.Map, error) {
	communes := p.Tree().Communes(root.Area, day)
	group := func(id area.ID) string {
		if d, ok := p.Tree().Ancestor(id, day, area.District); ok {
			return string(d.Area)
		}
		return ""
	}
	if stamp != "" {
		shapes, err := p.shapes(r, communes)
		if err != nil {
			return nil, err
		}
		if len(shapes) == len(communes) {
			return chart.FromAreas(shapes, func(a boundary.Area) string { return group(area.ID(a.Code)) }, mapWidth), nil
		}
	}
	points := p.Tree().PointsOn(day)
	var sites []chart.Site
	for _, c := range communes {
		if at, ok := points[c.Area]; ok {
			sites = append(sites, chart.Site{Key: string(c.Area), Group: group(c.Area), Lon: at.Lon, Lat: at.Lat, AreaKm2: at.Area})
		}
	}
	return chart.FromPoints(sites, mapWidth), nil
}

// shapes reads the imported outlines of the communes; those of another day
// serve as long as the commune is the same.
func (p *Pages) shapes(r *http.Request, communes []area.Version) ([]boundary.Area, error) {
	latest := map[area.ID]string{}
	err := p.DB.Read(r.Context(), func(tx *db.Tx) error {
		return tx.Each(`select area_id, rings from boundary where province_id = $1 order by on_day`, []any{p.Province}, func(rows *sql.Rows) error {
			var id area.ID
			var packed []byte
			err := rows.Scan(&id, &packed)
			latest[id] = string(packed)
			return err
		})
	})
	if err != nil {
		return nil, err
	}
	var shapes []boundary.Area
	for _, c := range communes {
		packed, ok := latest[c.Area]
		if !ok {
			continue
		}
		polygons, err := boundary.Unpack(packed)
		if err != nil {
			return nil, err
		}
		shapes = append(shapes, boundary.Area{Code: string(c.Area), Name: c.FullName, Polygons: polygons})
	}
	return shapes, nil
}
