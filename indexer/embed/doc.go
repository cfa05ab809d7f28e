// Package embed turns a text into a vector: texts that mean alike get vectors
// whose dot product is near 1.
//
// Three models share the work. bge-small-zh-v1.5 reads Chinese and
// all-MiniLM-L6-v2 English, both quantised to 8 bits and run by ONNX Runtime;
// the Universal Sentence Encoder, multilingual v3, reads 16 languages into one
// space and runs in Go. Vectors of different models live in different spaces
// and must not be compared.
//
// The weights are no part of the program: `make models` brings the files that
// [Files] lists, and [Open] checks every byte of them. What decides a vector
// besides the weights, the cutting of a text into tokens, is checked against
// the models' own tokenisers over every code point (testdata/reference.py).
package embed
