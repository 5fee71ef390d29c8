package web_test

import "maps"

// Of the tasks of plans everybody sees those of the own areas.
func init() {
	maps.Copy(mayNot, map[string]permission{
		"GET /nhiem-vu":                     {who: everybody},
		"GET /nhiem-vu/cho":                 {who: figures + " " + bodies},
		"GET /nhiem-vu/gui-den":             {who: figures + " " + bodies},
		"GET /nhiem-vu/bang":                {who: figures + " " + bodies, ok: []int{303}},
		"GET /nhiem-vu/dung-han":            {who: figures + " " + bodies, about: anArea},
		"GET /nhiem-vu/{year}":              {who: figures + " " + bodies, about: anArea},
		"GET /nhiem-vu/{year}/danh-sach":    {who: figures + " " + bodies, about: anArea},
		"GET /nhiem-vu/{year}/tep/{format}": {who: figures + " " + bodies, about: anArea},
		"GET /nhiem-vu/{year}/bieu-do":      {who: figures + " " + bodies, about: anArea},

		// Of the feeds and addresses tried there is none; feed_test.go tries real ones.
		"GET /nhiem-vu/lich":          {who: everybody},
		"POST /nhiem-vu/lich":         {who: everybody, form: "don-vi=khong-co", ok: []int{403, 404}},
		"POST /nhiem-vu/lich/thu-hoi": {who: everybody, form: "lich=khong-co", ok: []int{404}},
		"GET /lich/{file}":            {who: anyone, ok: []int{404, 429}}, // many try from one network

		"GET /nhiem-vu/ke-hoach":             {who: everybody},
		"GET /nhiem-vu/ke-hoach/quyet-dinh":  {who: "chutichtinh", ok: []int{404}}, // of the plan and task named there is none
		"POST /nhiem-vu/ke-hoach/quyet-dinh": {who: "chutichtinh", form: "ke-hoach=khong-co&viec=x&choice=accept&reason=x", ok: []int{404}},
		"POST /nhiem-vu/ke-hoach/tep":        {who: "tinh", ok: []int{400, 422}},
		"POST /nhiem-vu/ke-hoach/mo-nam":     {who: "tinh", ok: []int{422}},
	})
}
