package duplicatetest

import "strings"

var families = []struct {
	name  string
	share float64
}{
	{"Nguyễn", 31}, {"Lê", 17}, {"Trần", 8}, {"Phạm", 7.5}, {"Hoàng", 4.5}, {"Trịnh", 4}, {"Bùi", 3.5}, {"Vũ", 2.5}, {"Đỗ", 2.2}, {"Hà", 2.2},
	{"Trương", 1.8}, {"Lương", 1.5}, {"Đặng", 1.2}, {"Ngô", 1.1}, {"Dương", 1}, {"Lý", 0.8}, {"Mai", 0.8}, {"Cao", 0.8}, {"Lò", 0.7}, {"Quách", 0.7},
	{"Vi", 0.6}, {"Tống", 0.5}, {"Đinh", 0.5}, {"Phan", 0.5}, {"Hồ", 0.4}, {"Đào", 0.4}, {"Lưu", 0.4}, {"Giàng", 0.4}, {"Thao", 0.3},
}

var rareFamilies = strings.Fields("Tạ Thiều Doãn Mạc Khương Lữ Cầm Lang Hơ Vàng Triệu Phùng Bàn Cút Lô Chu Mỵ Kiều Đàm Viên Hắc Nghiêm Tào Ninh Hứa La Tô Đới Thịnh Mã Ngân Lục Len Ốc Sùng")

var maleMiddles = strings.Fields("Văn Văn Văn Văn Văn Văn Đình Hữu Xuân Trọng Ngọc Quang Minh Đức Viết Bá Công Thế Huy Sỹ Duy Thanh Hồng Mạnh Tiến A")

var femaleMiddles = strings.Fields("Thu Ngọc Thanh Minh Phương Khánh Hồng Thùy Hoài Mỹ Bích Kim Diệu Như Quỳnh Lệ Ánh")

var doubled = strings.Fields("Thanh Ngọc Thu Minh Hồng Kim Hải Xuân Quang Mỹ Bảo Thúy Anh Hoàng Phương Gia")

// The first are the commonest.
var maleNames = strings.Fields(`Hùng Tuấn Dũng Hải Sơn Long Nam Thắng Cường Minh Bình Tùng Quân Hưng Thành Đức Trung Hòa Tâm Lâm Anh Huy Kiên Tú Tài Việt Phong Hiếu Toàn Quang
	Thanh Hà Linh An Khánh Đạt Vinh Phúc Lợi Lộc Giang Thái Tiến Mạnh Quý Thịnh Đông Hoàng Nghĩa Thọ Xuân Chung Chiến Công Luân Luyện Mậu Ngọc Nhân Nhất Phương Quyết Quyền Sáng Sỹ
	Thạch Thao Thiện Thuận Thuyên Trí Trường Tuyên Tính Tý Ứng Vượng Vũ Vỹ Duy Duẩn Dương Đại Điệp Đoàn Hân Hiệp Hoan Học Huân Hữu Khang Khoa Khôi Kỳ Lương Lực Lượng Bảy Bốn Cảnh Châu
	Chí Chính Cương Páo Chá Súa Tủa Khăm Thoong Bun Inh`)

var femaleNames = strings.Fields(`Hương Lan Hoa Hà Thủy Hằng Hạnh Nga Linh Hiền Thúy Dung Trang Thảo Mai Huyền Hồng Yến Phương Loan Vân Anh Nhung Tâm Hòa Liên Oanh Ngọc Lý Thanh
	Bích Châu Chi Diệp Duyên Đào Giang Huệ Lệ My Minh Ngân Phượng Quyên Sen Thắm Tuyết Xuân An Ái Ánh Bình Cúc Chung Dịu Diễm Dương Đông Gái Gấm Hải Hân Hậu Hoài Hoan Hợi Huế Hợp
	Khuyên Kiều Kim Lài Lành Lụa Lương Mận Mến Miền Mỹ Mỵ Nhàn Nhâm Nhiên Như Nụ Phấn Quế Quý Quỳnh Sáu Sinh Tám Thái Thân Thêu Thìn Thoa Thơm Thu Thuận Thương Tình Tính Trâm Trinh Tú
	Tuyến Tý Út Uyên Vinh Xoan Xuyến Ý Dí Pà Mỷ Chía Nọi Pha`)

var soundsAlike = map[string]string{"Hùng": "Hưng", "Tuấn": "Tú", "Hà": "Hải", "Hải": "Hà", "Hoa": "Hòa", "Thủy": "Thúy", "Thúy": "Thủy", "Lan": "Linh", "Long": "Lộc", "Dũng": "Dung", "Hồng": "Hương", "Hiền": "Hiếu", "Tâm": "Tám", "Minh": "Mạnh",
	"Nam": "Nhâm", "Quân": "Quang", "Anh": "Ánh", "Trung": "Trường", "Thành": "Thanh", "Thắng": "Thăng", "Sơn": "Sinh", "Hương": "Hường", "Đạt": "Đức", "Vân": "Vinh", "Phương": "Phượng"}

var villageNames = strings.Fields("Đồng Tân Quang Phúc Yên Xuân Hòa Minh Chiềng Poọng Ngàm Lập Trung Thọ Bái Khạn Cẩm Vinh Kim Ngọc")
