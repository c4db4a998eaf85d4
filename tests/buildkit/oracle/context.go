package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/moby/buildkit/client/llb"
	"github.com/moby/buildkit/client/llb/sourceresolver"
	"github.com/moby/buildkit/frontend/dockerui"
	gateway "github.com/moby/buildkit/frontend/gateway/client"
	gatewaypb "github.com/moby/buildkit/frontend/gateway/pb"
	"github.com/moby/buildkit/solver/pb"
	"github.com/opencontainers/go-digest"
	ocispecs "github.com/opencontainers/image-spec/specs-go/v1"
	"github.com/tonistiigi/fsutil/types"
)

// builder answers the frontend in a daemon's place: its build context holds a .dockerignore and nothing else.
type builder struct{ folder folder }

func (b *builder) Solve(context.Context, gateway.SolveRequest) (*gateway.Result, error) {
	result := gateway.NewResult()
	result.SetRef(&b.folder)
	return result, nil
}

func (b *builder) BuildOpts() gateway.BuildOpts {
	platform := ocispecs.Platform{OS: "linux", Architecture: "amd64"}
	return gateway.BuildOpts{
		SessionID: "session",
		Workers:   []gateway.WorkerInfo{{ID: "worker", Platforms: []ocispecs.Platform{platform}}},
		LLBCaps:   pb.Caps.CapSet(pb.Caps.All()),
		Caps:      gatewaypb.Caps.CapSet(gatewaypb.Caps.All()),
	}
}

func (b *builder) ResolveSourceMetadata(context.Context, *pb.SourceOp, sourceresolver.Opt) (*sourceresolver.MetaResponse, error) {
	return nil, errors.New("no sources here")
}

func (b *builder) ResolveImageConfig(ctx context.Context, name string, opt sourceresolver.Opt) (string, digest.Digest, []byte, error) {
	return images{}.ResolveImageConfig(ctx, name, opt)
}

func (b *builder) Inputs(context.Context) (map[string]llb.State, error) { return nil, nil }

func (b *builder) NewContainer(context.Context, gateway.NewContainerRequest) (gateway.Container, error) {
	return nil, errors.New("no containers here")
}

func (b *builder) Warn(context.Context, digest.Digest, string, gateway.WarnOpts) error { return nil }

type folder struct{ ignore string }

func (f *folder) read(name string) ([]byte, error) {
	if name == dockerui.DefaultDockerignoreName {
		return []byte(f.ignore), nil
	}
	return nil, fmt.Errorf("%s: %w", name, os.ErrNotExist)
}

func (f *folder) ToState() (llb.State, error)    { return llb.Scratch(), nil }
func (f *folder) Evaluate(context.Context) error { return nil }
func (f *folder) ReadFile(_ context.Context, request gateway.ReadRequest) ([]byte, error) {
	return f.read(request.Filename)
}
func (f *folder) StatFile(_ context.Context, request gateway.StatRequest) (*types.Stat, error) {
	text, err := f.read(request.Path)
	if err != nil {
		return nil, err
	}
	return &types.Stat{Path: request.Path, Size: int64(len(text)), Mode: 0o644}, nil
}
func (f *folder) ReadDir(context.Context, gateway.ReadDirRequest) ([]*types.Stat, error) {
	return nil, nil
}
