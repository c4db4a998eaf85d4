// Command oracle says what BuildKit's own Dockerfile frontend makes of a Dockerfile or of a word.
//
// It reads one JSON request a line and writes one JSON answer a line, so that a test can ask for thousands of
// Dockerfiles at the price of one process. No daemon and no network is needed: every base image is taken to exist,
// for whatever platform is asked for, with a PATH and nothing else. Images such as arm64v8/debian are of their machine.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/moby/buildkit/client/llb"
	"github.com/moby/buildkit/client/llb/sourceresolver"
	"github.com/moby/buildkit/frontend/dockerfile/dockerfile2llb"
	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/linter"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/moby/buildkit/frontend/dockerfile/shell"
	"github.com/moby/buildkit/frontend/dockerui"
	"github.com/moby/buildkit/solver/pb"
	"github.com/moby/buildkit/util/apicaps"
	"github.com/opencontainers/go-digest"
	ocispecs "github.com/opencontainers/image-spec/specs-go/v1"
)

// request asks for a Dockerfile (Go's base64 of its bytes) or for the expansion of a word.
type request struct {
	Dockerfile []byte `json:"dockerfile"`
	// Ignore is the .dockerignore of the build context; null for none.
	Ignore      *string           `json:"ignore"`
	Word        *string           `json:"word"`
	Environment map[string]string `json:"environment"`
	Escape      string            `json:"escape"`
	// Raw gives quotes no meaning, as in the text of a heredoc.
	Raw bool `json:"raw"`
}

type answer struct {
	// Parse, Stages and Build are the errors of the three steps; a step is not taken behind an error.
	Parse  *refusal `json:"parse,omitempty"`
	Stages *refusal `json:"stages,omitempty"`
	Build  *refusal `json:"build,omitempty"`

	Instructions []*instruction `json:"instructions,omitempty"`
	Bases        []string       `json:"bases,omitempty"`
	Warnings     []warning      `json:"warnings,omitempty"`

	Expanded *string  `json:"expanded,omitempty"`
	Words    []string `json:"words,omitempty"`
	Error    string   `json:"error,omitempty"`
	Panic    string   `json:"panic,omitempty"`
}

type refusal struct {
	Message string `json:"message"`
	Rows    []int  `json:"rows,omitempty"`
}

type warning struct {
	Rule string `json:"rule"`
	Row  int    `json:"row"`
}

type instruction struct {
	Keyword   string       `json:"keyword"`
	Flags     []string     `json:"flags"`
	Arguments []string     `json:"arguments"`
	Trigger   *instruction `json:"trigger,omitempty"`
	JSON      bool         `json:"json"`
	Heredocs  []heredoc    `json:"heredocs"`
	First     int          `json:"first"`
	Last      int          `json:"last"`
}

type heredoc struct {
	Name      string `json:"name"`
	Text      []byte `json:"text"`
	Expand    bool   `json:"expand"`
	StripTabs bool   `json:"strip_tabs"`
}

// images answers for every base image.
type images struct{}

const config = `{"architecture":%q,"os":%q,"rootfs":{"type":"layers","diff_ids":["%s"]},"config":{"Env":["PATH=/bin"]}}`

// machines are the owners of Docker's official images for one machine each.
var machines = map[string]ocispecs.Platform{
	"amd64":    {OS: "linux", Architecture: "amd64"},
	"arm32v7":  {OS: "linux", Architecture: "arm"},
	"arm64v8":  {OS: "linux", Architecture: "arm64"},
	"i386":     {OS: "linux", Architecture: "386"},
	"s390x":    {OS: "linux", Architecture: "s390x"},
	"winamd64": {OS: "windows", Architecture: "amd64"},
}

func (images) ResolveImageConfig(_ context.Context, name string, opt sourceresolver.Opt) (string, digest.Digest, []byte, error) {
	platform := ocispecs.Platform{OS: "linux", Architecture: "amd64"}
	if opt.ImageOpt != nil && opt.ImageOpt.Platform != nil {
		platform = *opt.ImageOpt.Platform
	}
	owner, _, _ := strings.Cut(strings.TrimPrefix(name, "docker.io/"), "/")
	if machine, ok := machines[owner]; ok {
		platform = machine
	}
	found := fmt.Sprintf(config, platform.Architecture, platform.OS, digest.FromString("layer"))
	return name, digest.FromString(name), []byte(found), nil
}

func refused(err error) *refusal {
	found := &refusal{Message: err.Error()}
	var place *parser.LocationError
	if errors.As(err, &place) {
		for _, ranges := range place.Locations {
			for _, one := range ranges {
				found.Rows = append(found.Rows, one.Start.Line)
			}
		}
	}
	return found
}

func described(node *parser.Node) *instruction {
	found := &instruction{
		Keyword: node.Value, Flags: node.Flags, JSON: node.Attributes["json"],
		First: node.StartLine, Last: node.EndLine,
	}
	for _, doc := range node.Heredocs {
		found.Heredocs = append(found.Heredocs, heredoc{doc.Name, []byte(doc.Content), doc.Expand, doc.Chomp})
	}
	for next := node.Next; next != nil; next = next.Next {
		if len(next.Children) > 0 {
			found.Trigger = described(next.Children[0])
		} else {
			found.Arguments = append(found.Arguments, next.Value)
		}
	}
	return found
}

func read(text []byte, ignore *string, out *answer) {
	tree, err := parser.Parse(strings.NewReader(string(text)))
	if err != nil {
		out.Parse = refused(err)
		return
	}
	for _, node := range tree.AST.Children {
		out.Instructions = append(out.Instructions, described(node))
	}
	stages, globals, err := instructions.Parse(tree.AST, linter.New(&linter.Config{}))
	if err != nil {
		out.Stages = refused(err)
		return
	}
	out.Bases = bases(stages, globals, tree.EscapeToken)
	// The lint results want to be told where their source came from.
	source := llb.NewSourceMap(nil, "Dockerfile", "Dockerfile", text)
	source.Definition = &llb.Definition{}
	opt := dockerfile2llb.ConvertOpt{
		MetaResolver:   images{},
		SourceMap:      source,
		TargetPlatform: &ocispecs.Platform{OS: "linux", Architecture: "amd64"},
		LLBCaps:        everything(),
	}
	if ignore != nil {
		if opt.Client, err = dockerui.NewClient(&builder{folder{ignore: *ignore}}); err != nil {
			out.Build = refused(err)
			return
		}
	}
	found, err := dockerfile2llb.DockerfileLint(context.Background(), text, opt)
	if err != nil {
		out.Build = refused(err)
		return
	}
	if found.Error != nil {
		out.Build = &refusal{Message: found.Error.Message}
		for _, one := range found.Error.Location.GetRanges() {
			out.Build.Rows = append(out.Build.Rows, int(one.GetStart().GetLine()))
		}
	}
	for _, one := range found.Warnings {
		row := 0
		if ranges := one.Location.GetRanges(); len(ranges) > 0 {
			row = int(ranges[0].GetStart().GetLine())
		}
		out.Warnings = append(out.Warnings, warning{one.RuleName, row})
	}
}

// bases gives the base of each stage with the defaults of the global arguments; "" where it has none.
func bases(stages []instructions.Stage, globals []instructions.ArgCommand, escape rune) []string {
	lex := shell.NewLex(escape)
	values := map[string]string{
		"BUILDPLATFORM": "linux/amd64", "BUILDOS": "linux", "BUILDOSVERSION": "", "BUILDARCH": "amd64", "BUILDVARIANT": "",
		"TARGETPLATFORM": "linux/amd64", "TARGETOS": "linux", "TARGETOSVERSION": "", "TARGETARCH": "amd64",
		"TARGETVARIANT": "", "TARGETSTAGE": "default",
	}
	if name := stages; len(name) > 0 && name[len(name)-1].Name != "" {
		values["TARGETSTAGE"] = name[len(name)-1].Name
	}
	for _, command := range globals {
		for _, one := range command.Args {
			if one.Value == nil {
				continue
			}
			if value, _, err := lex.ProcessWord(*one.Value, environment(values)); err == nil {
				values[one.Key] = value
			}
		}
	}
	found := []string{}
	for _, stage := range stages {
		name, _, err := lex.ProcessWord(stage.BaseName, environment(values))
		if err != nil {
			name = ""
		}
		found = append(found, name)
	}
	return found
}

func environment(values map[string]string) shell.EnvGetter {
	pairs := make([]string, 0, len(values))
	for name, value := range values {
		pairs = append(pairs, name+"="+value)
	}
	return shell.EnvsFromSlice(pairs)
}

func expand(in request, out *answer) {
	escape := '\\'
	if in.Escape != "" {
		escape = rune(in.Escape[0])
	}
	lex := shell.NewLex(escape)
	lex.SkipProcessQuotes = in.Raw
	found, err := lex.ProcessWordWithMatches(*in.Word, environment(in.Environment))
	if err != nil {
		out.Error = err.Error()
		return
	}
	out.Expanded = &found.Result
	out.Words = found.Words
}

func respond(in request) (out answer) {
	defer func() {
		if problem := recover(); problem != nil {
			out.Panic = fmt.Sprint(problem)
		}
	}()
	if in.Word != nil {
		expand(in, &out)
	} else {
		read(in.Dockerfile, in.Ignore, &out)
	}
	return out
}

func run(from io.Reader, to io.Writer) error {
	requests := json.NewDecoder(bufio.NewReader(from))
	answers := bufio.NewWriter(to)
	write := json.NewEncoder(answers)
	write.SetEscapeHTML(false)
	for requests.More() {
		var in request
		if err := requests.Decode(&in); err != nil {
			return err
		}
		if err := write.Encode(respond(in)); err != nil {
			return err
		}
	}
	return answers.Flush()
}

func main() {
	if err := run(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func everything() *apicaps.CapSet {
	set := pb.Caps.CapSet(pb.Caps.All())
	return &set
}
