package chart

import "math"

// settle changes the weights until each cell has nearly the area wanted.
// Weights of area/π alone, the start, leave cells in crowded places too small
// and sometimes none at all. The weights that give every cell exactly its area
// exist and are unique (partial optimal transport; Kitagawa, Mérigot and
// Thibert 2019): Newton's method finds them. The change of a cell's area by its
// own weight is half the angle of its arcs plus, for each neighbour, the length
// of the common side over twice the distance of the centres.
func settle(disks []disk, want []float64) []region {
	uncover(disks)
	order := eastward(disks)
	cells := regions(disks, order)
	worst, norm, least := misfit(cells, want)
	floor := least / 2
	for round := 0; round < 40 && worst > 0.005; round++ {
		step := newton(disks, cells, want)
		improved := false
		for t := 1.0; t > 0.005; t /= 2 {
			try := make([]disk, len(disks))
			for i, d := range disks {
				d.w = math.Max(d.w+t*step[i], d.w/4)
				try[i] = d
			}
			next := regions(try, order)
			w, n, l := misfit(next, want)
			if n < norm && l >= floor {
				copy(disks, try)
				cells, worst, norm, improved = next, w, n, true
				break
			}
		}
		if !improved {
			break
		}
	}
	return cells
}

// uncover lowers weights until every centre lies in its own cell, so that no
// cell starts without area; Newton's steps then never lose one.
func uncover(disks []disk) {
	for changed := true; changed; {
		changed = false
		for j, d := range disks {
			for i, e := range disks {
				dd := (d.x-e.x)*(d.x-e.x) + (d.y-e.y)*(d.y-e.y)
				if most := e.w + 0.8*dd; i != j && most < disks[j].w*(1-1e-9) {
					disks[j].w, changed = most, true
				}
			}
		}
	}
}

// misfit gives the largest relative error of an area, the sum of the squares,
// and the smallest share of its area that a cell has.
func misfit(cells []region, want []float64) (worst, norm, least float64) {
	least = 1
	for i, c := range cells {
		r := (want[i] - c.area) / want[i]
		worst = math.Max(worst, math.Abs(r))
		least = math.Min(least, 1-r)
		norm += r * r * want[i]
	}
	return worst, norm, least
}

// newton solves for the step of the weights by conjugate gradients, scaled by
// the diagonal.
func newton(disks []disk, cells []region, want []float64) []float64 {
	type entry struct {
		j int
		v float64
	}
	n := len(disks)
	rows := make([][]entry, n)
	diagonal := make([]float64, n)
	r := make([]float64, n)
	for i, c := range cells {
		for _, e := range c.edges {
			if e.with == outside {
				diagonal[i] += e.angle / 2
				continue
			}
			o := disks[e.with]
			v := math.Hypot(e.bx-e.ax, e.by-e.ay) / (2 * math.Hypot(o.x-disks[i].x, o.y-disks[i].y))
			diagonal[i] += v
			rows[i] = append(rows[i], entry{e.with, v})
		}
		// A hidden cell has no sides: let it grow as if it stood alone.
		if diagonal[i] < 1e-6 {
			diagonal[i] = 1
		}
		diagonal[i] *= 1 + 1e-6
		r[i] = want[i] - c.area
	}
	x, p, z, q := make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
	rho := 0.0
	for i := range r {
		z[i] = r[i] / diagonal[i]
		p[i] = z[i]
		rho += r[i] * z[i]
	}
	end := rho * 1e-8
	for k := 0; k < 200 && rho > end && rho > 1e-18; k++ {
		pq := 0.0
		for i := range p {
			s := diagonal[i] * p[i]
			for _, e := range rows[i] {
				s -= e.v * p[e.j]
			}
			q[i] = s
			pq += p[i] * s
		}
		if pq <= 0 {
			break
		}
		alpha, old := rho/pq, rho
		rho = 0
		for i := range x {
			x[i] += alpha * p[i]
			r[i] -= alpha * q[i]
			z[i] = r[i] / diagonal[i]
			rho += r[i] * z[i]
		}
		beta := rho / old
		for i := range p {
			p[i] = z[i] + beta*p[i]
		}
	}
	return x
}
