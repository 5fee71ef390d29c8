package review

import (
	"archive/zip"
	"bytes"
	"strings"
)

// The types of files that are kept. What a file is its content tells, never
// its name.
const (
	typePDF  = "application/pdf"
	typeDOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	typeXLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	typeJPEG = "image/jpeg"
	typePNG  = "image/png"
)

// endings are the names by which programs know the types.
var endings = map[string]string{typePDF: ".pdf", typeDOCX: ".docx", typeXLSX: ".xlsx", typeJPEG: ".jpg", typePNG: ".png"}

// sniff tells the type of a file from its content; ok is false for any other,
// and for office files that carry macros.
func sniff(content []byte) (mediaType string, ok bool) {
	for _, known := range []struct{ head, mediaType string }{{"%PDF-", typePDF}, {"\xff\xd8\xff", typeJPEG}, {"\x89PNG\r\n\x1a\n", typePNG}} {
		if bytes.HasPrefix(content, []byte(known.head)) {
			return known.mediaType, true
		}
	}
	if !bytes.HasPrefix(content, []byte("PK\x03\x04")) {
		return "", false
	}
	return office(content)
}

// office looks into a zip for the parts that make it a document or a workbook.
func office(content []byte) (mediaType string, ok bool) {
	z, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return "", false
	}
	types := false
	for _, f := range z.File {
		switch name := strings.ToLower(f.Name); {
		case name == "[content_types].xml":
			types = true
		case name == "word/document.xml":
			mediaType = typeDOCX
		case name == "xl/workbook.xml":
			mediaType = typeXLSX
		case strings.HasSuffix(name, "vbaproject.bin"):
			return "", false
		}
	}
	return mediaType, types && mediaType != ""
}

// fileName is the name under which a file is kept and handed out: without
// folders and control characters, and with the ending of what it is.
func fileName(name, mediaType string) string {
	if i := strings.LastIndexAny(name, `/\`); i >= 0 {
		name = name[i+1:]
	}
	name = strings.TrimSpace(strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || strings.ContainsRune(`"<>|:*?`, r) || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
			return -1
		}
		return r
	}, name))
	ending := endings[mediaType]
	lower := strings.ToLower(name)
	switch {
	case strings.HasSuffix(lower, ending), mediaType == typeJPEG && strings.HasSuffix(lower, ".jpeg"):
	default:
		name += ending
	}
	if runes := []rune(name); len(runes) > mostName {
		keep := []rune(ending)
		name = string(runes[:mostName-len(keep)]) + ending
	}
	return name
}

const mostName = 150
