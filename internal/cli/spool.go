package cli

import (
	"bufio"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"giamngheo/internal/fault"
	"giamngheo/internal/text"
)

// spooled runs a writer against a temporary file and only when it has
// succeeded copies it to standard output, or puts it in place of the file
// named: a refused file leaves nothing behind, not even half a table.
func spooled(name string, stdout io.Writer, write func(io.Writer) error) error {
	name, replace := outputPlace(name)
	folder := ""
	if replace {
		folder = filepath.Dir(name)
	}
	temp, err := os.CreateTemp(folder, ".giamngheo-*")
	if err != nil {
		return unwritable(err, name)
	}
	defer os.Remove(temp.Name())
	defer temp.Close()

	buffer := bufio.NewWriterSize(temp, 1<<16)
	if err := write(buffer); err != nil {
		return err
	}
	if err := buffer.Flush(); err != nil {
		return unwritable(err, name)
	}
	if replace {
		return moveInPlace(temp, name)
	}
	if _, err := temp.Seek(0, io.SeekStart); err != nil {
		return unwritable(err, name)
	}
	if name != "" {
		device, err := os.OpenFile(name, os.O_WRONLY, 0)
		if err != nil {
			return unwritable(err, name)
		}
		defer device.Close()
		stdout = device
	}
	if _, err := io.Copy(stdout, temp); err != nil {
		return unwritable(err, name)
	}
	return nil
}

// outputPlace follows links, and says whether the file can be replaced as a
// whole; a device or pipe is written into.
func outputPlace(name string) (string, bool) {
	if name == "" || name == "-" {
		return "", false
	}
	if target, err := filepath.EvalSymlinks(name); err == nil {
		name = target
	}
	info, err := os.Stat(name)
	return name, err != nil || info.Mode().IsRegular()
}

func moveInPlace(temp *os.File, name string) error {
	mode := os.FileMode(0o644)
	if info, err := os.Stat(name); err == nil {
		mode = info.Mode().Perm()
	}
	if err := temp.Chmod(mode); err != nil {
		return unwritable(err, name)
	}
	if err := temp.Sync(); err != nil {
		return unwritable(err, name)
	}
	if err := temp.Close(); err != nil {
		return unwritable(err, name)
	}
	if err := os.Rename(temp.Name(), name); err != nil {
		return unwritable(err, name)
	}
	return nil
}

func unwritable(err error, name string) error {
	key := "cli.file_unwritable"
	switch {
	case errors.Is(err, fs.ErrNotExist):
		key = "cli.file_unwritable_folder"
	case errors.Is(err, fs.ErrPermission):
		key = "cli.file_unwritable_denied"
	}
	return fault.Wrap(err, fault.Busy, "file_unwritable", text.T(key, "file", name))
}
