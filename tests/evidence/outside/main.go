// Outside checks a log and a pack of some of its entries with Go's own golang.org/x/mod/sumdb: main LOG PACK.
// It shares no code and no author with what wrote them. It exits with 1 at the first thing that does not hold.
package main

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type stored []tlog.Hash

func (s stored) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	hashes := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		if index < 0 || index >= int64(len(s)) {
			return nil, fmt.Errorf("there is no hash %d", index)
		}
		hashes[i] = s[index]
	}
	return hashes, nil
}

type tiles struct{ folder string }

func (t tiles) Height() int                         { return 8 }
func (t tiles) SaveTiles(_ []tlog.Tile, _ [][]byte) {}
func (t tiles) ReadTiles(asked []tlog.Tile) ([][]byte, error) {
	all := make([][]byte, len(asked))
	for i, tile := range asked {
		// C2SP leaves out the height, which is always 8.
		data, err := os.ReadFile(filepath.Join(t.folder, strings.Replace(tile.Path(), "tile/8/", "tile/", 1)))
		if err != nil {
			return nil, err
		}
		all[i] = data
	}
	return all, nil
}

func must(err error, what string) {
	if err != nil {
		fmt.Printf("FAULT %s: %v\n", what, err)
		os.Exit(1)
	}
}

func hold(held bool, what string) {
	if !held {
		must(fmt.Errorf("it does not hold"), what)
	}
}

func read(parts ...string) []byte {
	data, err := os.ReadFile(filepath.Join(parts...))
	must(err, filepath.Join(parts...))
	return data
}

func hashes(lines []string) []tlog.Hash {
	var all []tlog.Hash
	for _, line := range lines {
		hash, err := tlog.ParseHash(line)
		must(err, "a hash of a proof")
		all = append(all, hash)
	}
	return all
}

// head opens the checkpoint of a folder under the last key of its log.
func head(folder string) (tlog.Tree, []byte) {
	var keys []note.Verifier
	lines := strings.Split(strings.TrimSuffix(string(read(folder, "log.vkey")), "\n"), "\n")
	for _, line := range lines {
		key, err := note.NewVerifier(strings.Fields(line)[0])
		must(err, "log.vkey")
		keys = append(keys, key)
	}
	data := read(folder, "checkpoint")
	opened, err := note.Open(data, note.VerifierList(keys...))
	must(err, "checkpoint")
	told := strings.Split(opened.Text, "\n")
	hold(len(told) == 4 && told[0] == keys[0].Name(), "checkpoint: origin, size, root")
	size, err := strconv.ParseInt(told[1], 10, 64)
	must(err, "checkpoint: size")
	root, err := tlog.ParseHash(told[2])
	must(err, "checkpoint: root")
	return tlog.Tree{N: size, Hash: root}, data
}

func entries(folder string) [][]byte {
	data := read(folder, "entries.jsonl")
	if len(data) == 0 {
		return nil
	}
	hold(bytes.HasSuffix(data, []byte("\n")), "entries.jsonl: end")
	return bytes.Split(data[:len(data)-1], []byte("\n"))
}

// whole checks root and tiles against the entries; it returns every hash of the tree.
func whole(folder string) (stored, tlog.Tree) {
	tree, _ := head(folder)
	var all stored
	var places []int64
	lines := entries(folder)
	hold(int64(len(lines)) == tree.N, "entries.jsonl: number of entries")
	for n, line := range lines {
		more, err := tlog.StoredHashes(int64(n), line, all)
		must(err, "entries.jsonl")
		places = append(places, int64(len(all)))
		all = append(all, more...)
	}
	root, err := tlog.TreeHash(tree.N, all)
	must(err, "root")
	hold(root == tree.Hash, "root of the entries")
	read := tlog.TileHashReader(tree, tiles{folder})
	for start := 0; start < len(places); start += 256 {
		end := start + 256
		if end > len(places) {
			end = len(places)
		}
		found, err := read.ReadHashes(places[start:end])
		must(err, "tiles")
		for i, place := range places[start:end] {
			hold(found[i] == all[place], "tiles: a leaf")
		}
	}
	return all, tree
}

// some checks the proofs of a pack, and that its log grew from the sizes that it tells of.
func some(folder string, all stored) (int, int) {
	tree, data := head(folder)
	proven, grown := 0, 0
	for _, line := range entries(folder) {
		text := strings.TrimPrefix(string(line), `{"index":`)
		index, err := strconv.ParseInt(text[:strings.Index(text, ",")], 10, 64)
		must(err, "entries.jsonl: index")
		parts := bytes.SplitN(read(folder, "proofs", fmt.Sprintf("%d.tlog-proof", index)), []byte("\n\n"), 2)
		hold(len(parts) == 2 && bytes.Equal(parts[1], data), "proof: checkpoint")
		lines := strings.Split(string(parts[0]), "\n")
		hold(lines[0] == "c2sp.org/tlog-proof@v1" && lines[1] == fmt.Sprintf("index %d", index), "proof: head")
		must(tlog.CheckRecord(hashes(lines[2:]), tree.N, tree.Hash, index, tlog.RecordHash(line)), "proof")
		proven++
	}
	found, _ := filepath.Glob(filepath.Join(folder, "growth", "*"))
	for _, path := range found {
		parts := bytes.SplitN(read(path), []byte("\n\n"), 2)
		lines := strings.Split(string(parts[0]), "\n")
		old, err := strconv.ParseInt(strings.TrimPrefix(lines[0], "old "), 10, 64)
		must(err, "growth: old size")
		root, err := tlog.TreeHash(old, all)
		must(err, "growth: old root")
		must(tlog.CheckTree(hashes(lines[1:]), tree.N, tree.Hash, old, root), "growth")
		grown++
	}
	return proven, grown
}

func main() {
	if len(os.Args) != 3 {
		fmt.Println("usage: outside LOG PACK")
		os.Exit(2)
	}
	all, tree := whole(os.Args[1])
	proven, grown := some(os.Args[2], all)
	fmt.Printf("OK %d entries, root %s, %d proofs, %d growths\n",
		tree.N, base64.StdEncoding.EncodeToString(tree.Hash[:]), proven, grown)
}
