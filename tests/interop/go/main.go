// Reads and makes static logs with golang.org/x/mod/sumdb (note, tlog), where signed notes and tiles come from: what
// ours writes is held against it, and what it writes against ours.
//
//	depone-go-log read DIR VKEY [WITNESS...]   checks a log; prints its size, root and witnesses
//	depone-go-log proof FILE VKEY              checks a tlog-proof; prints index and size
//	depone-go-log make DIR SIZE                makes a log; prints its key, its witness's, its size and root
package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height = 8

// c2sp.org/tlog-tiles leaves the height, always 8, out of the path; sumdb has it.
func path(t tlog.Tile) string {
	return strings.Replace(t.Path(), "tile/8/", "tile/", 1)
}

// The tiles of a directory.
type directory string

func (d directory) Height() int { return height }

func (d directory) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, t := range tiles {
		data, err := os.ReadFile(filepath.Join(string(d), path(t)))
		if err != nil {
			return nil, err
		}
		all = append(all, data)
	}
	return all, nil
}

func (d directory) SaveTiles([]tlog.Tile, [][]byte) {}

// One read of each tile, for a log of thousands.
type remembering struct {
	directory
	seen map[tlog.Tile][]byte
}

func (r remembering) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, t := range tiles {
		if r.seen[t] == nil {
			one, err := r.directory.ReadTiles([]tlog.Tile{t})
			if err != nil {
				return nil, err
			}
			r.seen[t] = one[0]
		}
		all = append(all, r.seen[t])
	}
	return all, nil
}

func entries(dir string, size int64) ([][]byte, error) {
	var all [][]byte
	for n := int64(0); n*256 < size; n++ {
		width := size - n*256
		if width > 256 {
			width = 256
		}
		name := strings.Replace(path(tlog.Tile{H: height, L: 0, N: n, W: int(width)}), "tile/0/", "tile/entries/", 1)
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			return nil, err
		}
		for ; width > 0; width-- {
			if len(data) < 2 || len(data)-2 < int(binary.BigEndian.Uint16(data)) {
				return nil, fmt.Errorf("%s ends early", name)
			}
			end := 2 + int(binary.BigEndian.Uint16(data))
			all = append(all, data[2:end])
			data = data[end:]
		}
		if len(data) != 0 {
			return nil, fmt.Errorf("%s goes on after its entries", name)
		}
	}
	return all, nil
}

// A checkpoint: sumdb has a tree of its own form, so the three lines are read here.
func tree(text string) (tlog.Tree, error) {
	lines := strings.Split(text, "\n")
	if len(lines) < 4 {
		return tlog.Tree{}, errors.New("no checkpoint")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return tlog.Tree{}, err
	}
	root, err := tlog.ParseHash(lines[2])
	return tlog.Tree{N: size, Hash: root}, err
}

// c2sp.org/tlog-cosignature, type 04.
type witness struct {
	name string
	key  ed25519.PublicKey
	from ed25519.PrivateKey
	time uint64
}

func (w *witness) Name() string { return w.name }
func (w *witness) KeyHash() uint32 {
	sum := sha256.Sum256([]byte(w.name + "\n\x04" + string(w.key)))
	return binary.BigEndian.Uint32(sum[:])
}
func (w *witness) vkey() string {
	return fmt.Sprintf("%s+%08x+%s", w.name, w.KeyHash(), base64.StdEncoding.EncodeToString(append([]byte{4}, w.key...)))
}
func message(time uint64, text []byte) []byte {
	return append([]byte(fmt.Sprintf("cosignature/v1\ntime %d\n", time)), text...)
}
func (w *witness) Verify(text, sig []byte) bool {
	return len(sig) == 72 && ed25519.Verify(w.key, message(binary.BigEndian.Uint64(sig), text), sig[8:])
}
func (w *witness) Sign(text []byte) ([]byte, error) {
	var out [8]byte
	binary.BigEndian.PutUint64(out[:], w.time)
	return append(out[:], ed25519.Sign(w.from, message(w.time, text))...), nil
}
func parseWitness(vkey string) (*witness, error) {
	parts := strings.SplitN(vkey, "+", 3)
	if len(parts) != 3 {
		return nil, errors.New("no verifier key")
	}
	key, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil || len(key) != 33 || key[0] != 4 {
		return nil, errors.New("no witness's key")
	}
	w := &witness{name: parts[0], key: key[1:]}
	if w.vkey() != vkey {
		return nil, errors.New("the id of the witness's key is wrong")
	}
	return w, nil
}

func read(dir, vkey string, witnesses []string) error {
	log, err := note.NewVerifier(vkey)
	if err != nil {
		return err
	}
	known := []note.Verifier{log}
	for _, text := range witnesses {
		w, err := parseWitness(text)
		if err != nil {
			return err
		}
		known = append(known, w)
	}
	checkpoint, err := os.ReadFile(filepath.Join(dir, "checkpoint"))
	if err != nil {
		return err
	}
	opened, err := note.Open(checkpoint, note.VerifierList(known...))
	if err != nil {
		return err
	}
	if len(opened.Sigs) != len(known) {
		return fmt.Errorf("%d of %d keys signed", len(opened.Sigs), len(known))
	}
	head, err := tree(opened.Text)
	if err != nil {
		return err
	}
	if origin := strings.SplitN(opened.Text, "\n", 2)[0]; origin != log.Name() {
		return fmt.Errorf("the origin is %s", origin)
	}
	hashes := tlog.TileHashReader(head, remembering{directory(dir), map[tlog.Tile][]byte{}})
	root, err := tlog.TreeHash(head.N, hashes)
	if err != nil {
		return err
	}
	if root != head.Hash {
		return errors.New("the tiles make another root")
	}
	leaves, err := entries(dir, head.N)
	if err != nil {
		return err
	}
	indexes := make([]int64, len(leaves))
	for i := range leaves {
		indexes[i] = tlog.StoredHashIndex(0, int64(i))
	}
	stored, err := hashes.ReadHashes(indexes)
	if err != nil {
		return err
	}
	for i, leaf := range leaves {
		if stored[i] != tlog.RecordHash(leaf) {
			return fmt.Errorf("entry %d is not the one of its tile", i)
		}
		// A proof takes the library longer than a look: of a long log, some.
		if i%(1+len(leaves)/1000) != 0 {
			continue
		}
		proof, err := tlog.ProveRecord(head.N, int64(i), hashes)
		if err != nil {
			return err
		}
		if err := tlog.CheckRecord(proof, head.N, head.Hash, int64(i), tlog.RecordHash(leaf)); err != nil {
			return fmt.Errorf("entry %d: %v", i, err)
		}
	}
	for older := int64(1); older <= head.N; older += 1 + older/3 {
		then, err := tlog.TreeHash(older, hashes)
		if err != nil {
			return err
		}
		proof, err := tlog.ProveTree(head.N, older, hashes)
		if err != nil {
			return err
		}
		if err := tlog.CheckTree(proof, head.N, head.Hash, older, then); err != nil {
			return fmt.Errorf("consistency with %d: %v", older, err)
		}
	}
	fmt.Println(head.N, hex.EncodeToString(head.Hash[:]))
	return nil
}

// c2sp.org/tlog-proof@v1
func proof(file, vkey string) error {
	log, err := note.NewVerifier(vkey)
	if err != nil {
		return err
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	cut := bytes.Index(data, []byte("\n\n"))
	if cut < 0 {
		return errors.New("no empty line")
	}
	lines := strings.Split(string(data[:cut]), "\n")
	if len(lines) < 3 || lines[0] != "c2sp.org/tlog-proof@v1" || !strings.HasPrefix(lines[1], "extra ") ||
		!strings.HasPrefix(lines[2], "index ") {
		return errors.New("no tlog-proof with an extra line")
	}
	leaf, err := base64.StdEncoding.DecodeString(lines[1][6:])
	if err != nil {
		return err
	}
	index, err := strconv.ParseInt(lines[2][6:], 10, 64)
	if err != nil {
		return err
	}
	var hashes tlog.RecordProof
	for _, line := range lines[3:] {
		hash, err := tlog.ParseHash(line)
		if err != nil {
			return err
		}
		hashes = append(hashes, hash)
	}
	opened, err := note.Open(data[cut+2:], note.VerifierList(log))
	if err != nil {
		return err
	}
	head, err := tree(opened.Text)
	if err != nil {
		return err
	}
	if err := tlog.CheckRecord(hashes, head.N, head.Hash, index, tlog.RecordHash(leaf)); err != nil {
		return err
	}
	fmt.Println(index, head.N)
	return nil
}

func write(dir, name string, data []byte) error {
	file := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(file), 0700); err != nil {
		return err
	}
	return os.WriteFile(file, data, 0600)
}

func makeLog(dir string, size int64) error {
	var stored []tlog.Hash
	hashes := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		var out []tlog.Hash
		for _, i := range indexes {
			out = append(out, stored[i])
		}
		return out, nil
	})
	var bundle []byte
	for i := int64(0); i < size; i++ {
		leaf := []byte(fmt.Sprintf("entry %d\n%s", i, strings.Repeat("x", int(i%7))))
		more, err := tlog.StoredHashes(i, leaf, hashes)
		if err != nil {
			return err
		}
		stored = append(stored, more...)
		bundle = append(binary.BigEndian.AppendUint16(bundle, uint16(len(leaf))), leaf...)
		if i%256 == 255 || i == size-1 {
			name := path(tlog.Tile{H: height, L: 0, N: i / 256, W: int(i%256 + 1)})
			if err := write(dir, strings.Replace(name, "tile/0/", "tile/entries/", 1), bundle); err != nil {
				return err
			}
			bundle = nil
		}
	}
	widest := map[[2]int64]tlog.Tile{}
	for _, t := range tlog.NewTiles(height, 0, size) {
		widest[[2]int64{int64(t.L), t.N}] = t
	}
	for _, t := range widest {
		data, err := tlog.ReadTileData(t, hashes)
		if err != nil {
			return err
		}
		if err := write(dir, path(t), data); err != nil {
			return err
		}
	}
	root, err := tlog.TreeHash(size, hashes)
	if err != nil {
		return err
	}
	skey, vkey, err := note.GenerateKey(rand.Reader, "go.example/log")
	if err != nil {
		return err
	}
	signer, err := note.NewSigner(skey)
	if err != nil {
		return err
	}
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return err
	}
	w := &witness{"witness.example/go", public, private, 1795512600}
	text := fmt.Sprintf("go.example/log\n%d\n%s\n", size, root)
	signed, err := note.Sign(&note.Note{Text: text}, signer, w)
	if err != nil {
		return err
	}
	fmt.Println(vkey, w.vkey(), size, hex.EncodeToString(root[:]))
	return write(dir, "checkpoint", signed)
}

func run(args []string) error {
	switch {
	case len(args) >= 3 && args[0] == "read":
		return read(args[1], args[2], args[3:])
	case len(args) == 3 && args[0] == "proof":
		return proof(args[1], args[2])
	case len(args) == 3 && args[0] == "make":
		size, err := strconv.ParseInt(args[2], 10, 64)
		if err != nil {
			return err
		}
		return makeLog(args[1], size)
	}
	return errors.New("usage: read DIR VKEY [WITNESS...] | proof FILE VKEY | make DIR SIZE")
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
