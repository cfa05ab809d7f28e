package indexer_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"precedent/corpus"
	"precedent/corpus/sqlite"
	"precedent/indexer"
	"precedent/indexer/bleveindex"
	"precedent/indexer/segment"
)

var segmenter = sync.OnceValues(func() (*segment.Segmenter, error) { return segment.New(segment.Config{}) })

var quiet = slog.New(slog.DiscardHandler)

// desk is a store, and an index that a Follower keeps level with it.
type desk struct {
	*testing.T
	dir      string
	store    *sqlite.Store
	index    *bleveindex.Index
	segment  *segment.Segmenter
	follower *indexer.Follower
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{T: t, dir: t.TempDir()}
	var err error
	d.segment, err = segmenter()
	require.NoError(t, err)
	d.open()
	t.Cleanup(func() {
		d.index.Close()
		d.store.Close()
	})
	return d
}

func (d *desk) open() {
	d.Helper()
	var err error
	d.store, err = sqlite.Open(d.Context(), sqlite.Config{Path: filepath.Join(d.dir, "store.db"), Logger: quiet})
	require.NoError(d, err)
	stamp, err := indexer.WantedStamp(d.Context(), d.store, indexer.TermMaker{Segmenter: d.segment})
	require.NoError(d, err)
	d.index, err = bleveindex.Open(d.Context(), bleveindex.Config{Dir: filepath.Join(d.dir, "index"), Stamp: stamp, Logger: quiet})
	require.NoError(d, err)
	d.follower = indexer.NewFollower(indexer.FollowerConfig{Source: d.store, Index: d.index, Maker: indexer.TermMaker{Segmenter: d.segment}, Logger: quiet, Batch: 7})
}

// run lets the Follower run until the test ends or stop is called.
func (d *desk) run() (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- d.follower.Run(ctx) }()
	stop = sync.OnceFunc(func() {
		cancel()
		assert.NoError(d, <-done)
	})
	d.Cleanup(stop)
	return stop
}

var write = corpus.Write{Caller: corpus.LocalCaller(), Action: "create"}

func (d *desk) record(c corpus.Case) corpus.Receipt {
	d.Helper()
	r, err := d.store.CreateCase(d.Context(), write, c)
	require.NoError(d, err)
	return r
}

// find returns the ids of the cases, or complaints, that hold any of the
// text's terms.
func (d *desk) find(kind indexer.Kind, text string) []string {
	d.Helper()
	q := indexer.Query{K: 100, Filter: indexer.FilterFor(kind, corpus.LocalCaller(), "", "")}
	seen := map[string]bool{}
	for _, term := range d.segment.Query(text) {
		if !seen[term.Text] {
			seen[term.Text] = true
			for f := range indexer.NumFields {
				q.Terms = append(q.Terms, indexer.Term{Field: f, Text: term.Text, Weight: 1})
			}
		}
	}
	r, err := d.index.Search(d.Context(), q)
	require.NoError(d, err)
	ids := []string{}
	for _, h := range r.Hits {
		ids = append(ids, h.ID)
	}
	return ids
}

// within bounds a wait.
func (d *desk) waitFor(seq int64) {
	d.Helper()
	ctx, cancel := context.WithTimeout(d.Context(), 20*time.Second)
	defer cancel()
	require.NoError(d, d.follower.WaitFor(ctx, seq))
}

func TestFollowerKeepsLevel(t *testing.T) {
	d := newDesk(t)
	d.run()
	r := d.record(corpus.Case{Wordings: []string{"宽带拨号错误691"}, Resolution: "核对账号和密码后重新拨号"})
	d.waitFor(r.Seq)
	assert.Equal(t, []string{r.ID}, d.find(indexer.CaseKind, "拨号691"))

	update, err := d.store.UpdateCase(t.Context(), write, corpus.Case{ID: r.ID, Wordings: []string{"蓝屏死机"}, Resolution: "更新显卡驱动程序"}, r.Version)
	require.NoError(t, err)
	d.waitFor(update.Seq)
	assert.Empty(t, d.find(indexer.CaseKind, "拨号"), "the former version is still found")
	assert.Equal(t, []string{r.ID}, d.find(indexer.CaseKind, "死机"))

	p, err := d.store.CreateComplaint(t.Context(), write, corpus.Complaint{Text: "手机无法充电"})
	require.NoError(t, err)
	d.waitFor(p.Seq)
	assert.Equal(t, []string{p.ID}, d.find(indexer.ComplaintKind, "充电"))
	assert.Empty(t, d.find(indexer.CaseKind, "充电"), "a complaint is taken for a case")

	retired, err := d.store.RetireCase(t.Context(), write, r.ID, 0)
	require.NoError(t, err)
	d.waitFor(retired.Seq)
	assert.Empty(t, d.find(indexer.CaseKind, "死机"), "a retired case is found")
}

func TestFollowerLeavesOutWhatSaysNothing(t *testing.T) {
	d := newDesk(t)
	d.record(corpus.Case{Wordings: []string{"路由器断网"}, Resolution: "已处理"})
	known := d.record(corpus.Case{Wordings: []string{"路由器断网"}, State: corpus.Known})
	fix := d.record(corpus.Case{Wordings: []string{"路由器断网"}, Resolution: "重启光猫后等待两分钟"})
	require.NoError(t, d.follower.CatchUp(t.Context(), nil))
	assert.ElementsMatch(t, []string{known.ID, fix.ID}, d.find(indexer.CaseKind, "断网"))
}

func TestFollowerCatchesUp(t *testing.T) {
	d := newDesk(t)
	var last corpus.Receipt
	for i := range 40 {
		last = d.record(corpus.Case{Wordings: []string{fmt.Sprint("机顶盒黑屏 ", i)}, Resolution: "检查高清线是否插好"})
	}
	var told [][2]int64
	require.NoError(t, d.follower.CatchUp(t.Context(), func(done, total int64) { told = append(told, [2]int64{done, total}) }))
	assert.Len(t, d.find(indexer.CaseKind, "机顶盒"), 40)
	assert.Equal(t, [2]int64{last.Seq, last.Seq}, told[len(told)-1])
	assert.Greater(t, len(told), 3, "more than one batch")

	// After a restart it goes on where the index is.
	require.NoError(t, d.index.Close())
	require.NoError(t, d.store.Close())
	d.open()
	require.Empty(t, d.index.Reason())
	r := d.record(corpus.Case{Wordings: []string{"机顶盒花屏"}, Resolution: "恢复出厂设置"})
	told = nil
	require.NoError(t, d.follower.CatchUp(t.Context(), func(done, total int64) { told = append(told, [2]int64{done, total}) }))
	assert.Equal(t, [][2]int64{{r.Seq, r.Seq}}, told)
	assert.Len(t, d.find(indexer.CaseKind, "机顶盒"), 41)
}

// TestFollowerRebuilds writes while the index is made anew: nothing is missing
// at any time.
func TestFollowerRebuilds(t *testing.T) {
	d := newDesk(t)
	for i := range 60 {
		d.record(corpus.Case{Wordings: []string{fmt.Sprint("信号弱 ", i)}, Resolution: "打开飞行模式再关闭"})
	}
	require.NoError(t, d.follower.CatchUp(t.Context(), nil))
	d.run()
	ctx, stop := context.WithCancel(t.Context())
	var writer sync.WaitGroup
	var lost atomic.Int64
	writer.Go(func() {
		for i := 0; ctx.Err() == nil; i++ {
			r, err := d.store.CreateCase(t.Context(), write, corpus.Case{Wordings: []string{fmt.Sprint("重建时写入 ", i)}, Resolution: "换一张卡再试"})
			if !assert.NoError(t, err) {
				return
			}
			d.waitFor(r.Seq)
			if len(d.find(indexer.CaseKind, "重建")) < min(i+1, 100) {
				lost.Add(1)
			}
		}
	})
	for range 3 {
		require.NoError(t, d.follower.Rebuild(t.Context(), nil))
		assert.GreaterOrEqual(t, len(d.find(indexer.CaseKind, "信号")), 60)
	}
	stop()
	writer.Wait()
	assert.Zero(t, lost.Load(), "acknowledged cases that were not found after WaitFor")
}

// restored is a store that was put back to an earlier state.
type restored struct {
	indexer.Source
	epoch string
	last  int64
}

func (r restored) Epoch(ctx context.Context) (string, error) {
	if r.epoch != "" {
		return r.epoch, nil
	}
	return r.Source.Epoch(ctx)
}

func (r restored) LastSeq(context.Context) (int64, error) { return r.last, nil }

func (r restored) Changes(ctx context.Context, after int64, limit int) ([]corpus.Change, error) {
	all, err := r.Source.Changes(ctx, after, limit)
	for i, c := range all {
		if c.Seq > r.last {
			return all[:i], err
		}
	}
	return all, err
}

func TestFollowerMakesAnewWhatIsNotOfTheStore(t *testing.T) {
	for _, test := range []struct {
		name  string
		epoch string
	}{{"another epoch", "new"}, {"the same epoch, fewer changes", ""}} {
		t.Run(test.name, func(t *testing.T) {
			d := newDesk(t)
			first := d.record(corpus.Case{Wordings: []string{"屏幕碎了"}, Resolution: "到服务中心更换屏幕"})
			d.record(corpus.Case{Wordings: []string{"屏幕闪烁"}, Resolution: "更新系统版本"})
			require.NoError(t, d.follower.CatchUp(t.Context(), nil))
			require.Len(t, d.find(indexer.CaseKind, "屏幕"), 2)

			back := indexer.NewFollower(indexer.FollowerConfig{
				Source: restored{Source: d.store, epoch: test.epoch, last: first.Seq},
				Index:  d.index, Maker: indexer.TermMaker{Segmenter: d.segment}, Logger: quiet,
			})
			require.NoError(t, back.CatchUp(t.Context(), nil))
			assert.Equal(t, []string{first.ID}, d.find(indexer.CaseKind, "屏幕"))
			want, err := back.WantedStamp(t.Context())
			require.NoError(t, err)
			status, err := d.index.Status(t.Context())
			require.NoError(t, err)
			assert.Equal(t, want, status.Stamp)
			assert.Equal(t, first.Seq, status.Seq)
		})
	}
}

// failing is a store that can't be read for a while.
type failing struct {
	indexer.Source
	broken *atomic.Bool
}

func (f failing) Changes(ctx context.Context, after int64, limit int) ([]corpus.Change, error) {
	if f.broken.Load() {
		return nil, errors.New("the disk is on holiday")
	}
	return f.Source.Changes(ctx, after, limit)
}

func TestFollowerTriesAgain(t *testing.T) {
	d := newDesk(t)
	var broken atomic.Bool
	broken.Store(true)
	d.follower = indexer.NewFollower(indexer.FollowerConfig{Source: failing{d.store, &broken}, Index: d.index, Maker: indexer.TermMaker{Segmenter: d.segment}, Logger: quiet})
	r := d.record(corpus.Case{Wordings: []string{"收不到验证码"}, Resolution: "解除短信拦截"})
	require.ErrorContains(t, d.follower.CatchUp(t.Context(), nil), "holiday")
	d.run()
	time.Sleep(150 * time.Millisecond)
	assert.Empty(t, d.find(indexer.CaseKind, "验证码"))
	broken.Store(false)
	d.waitFor(r.Seq)
	assert.Equal(t, []string{r.ID}, d.find(indexer.CaseKind, "验证码"))
}

func TestWaitForEndsWithItsContext(t *testing.T) {
	d := newDesk(t)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	assert.ErrorIs(t, d.follower.WaitFor(ctx, 1), context.DeadlineExceeded)
	assert.NoError(t, d.follower.WaitFor(t.Context(), 0))
}

// TestLiveUpdateIsQuick takes single cases from the store to being found.
func TestLiveUpdateIsQuick(t *testing.T) {
	d := newDesk(t)
	d.run()
	var took []time.Duration
	for i := range 25 {
		r := d.record(corpus.Case{Wordings: []string{fmt.Sprint("闹钟不响 ", i)}, Resolution: "关闭省电模式"})
		began := time.Now()
		d.waitFor(r.Seq)
		require.Contains(t, d.find(indexer.CaseKind, "闹钟"), r.ID)
		took = append(took, time.Since(began))
	}
	best := took[0]
	for _, each := range took {
		best = min(best, each)
	}
	t.Logf("from commit to found: %v at best of %v", best, took)
	assert.Less(t, best, 100*time.Millisecond)
}

// A store that was put back by hand has the epoch it had. When it has since
// gone on past the index's seq, only the change there tells them apart.
func TestFollowerNoticesAStoreThatWentAnotherWay(t *testing.T) {
	d := newDesk(t)
	d.record(corpus.Case{Wordings: []string{"打印机卡纸"}, Resolution: "清理进纸轮"})
	former := filepath.Join(t.TempDir(), "former.db")
	require.NoError(t, d.store.Backup(t.Context(), former))
	for i := range 3 {
		d.record(corpus.Case{Wordings: []string{fmt.Sprintf("扫描仪 %d 号没有反应", i)}, Resolution: "重装驱动"})
	}
	require.NoError(t, d.follower.CatchUp(t.Context(), nil))
	require.NoError(t, d.index.Close())
	require.NoError(t, d.store.Close())

	whole, err := os.ReadFile(former)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(d.dir, "store.db"), whole, 0o600))
	for _, end := range []string{"-wal", "-shm"} {
		require.NoError(t, os.RemoveAll(filepath.Join(d.dir, "store.db"+end)))
	}
	d.open()
	var last corpus.Receipt
	for range 9 {
		last = d.record(corpus.Case{Wordings: []string{"投影仪没有画面"}, Resolution: "换一根线"})
	}
	require.NoError(t, d.follower.CatchUp(t.Context(), nil))
	assert.Empty(t, d.find(indexer.CaseKind, "扫描"), "what the store lost is not found")
	assert.Len(t, d.find(indexer.CaseKind, "投影仪"), 9)
	assert.Equal(t, last.Seq, d.follower.Seq())
}

// Large records make smaller batches, and still all of them go in.
func TestFollowerTakesLargeRecords(t *testing.T) {
	d := newDesk(t)
	long := strings.Repeat("网络断开 ", 3900)
	cases := make([]corpus.Case, 600)
	for i := range cases {
		cases[i] = corpus.Case{ExternalID: fmt.Sprint(i), Wordings: []string{fmt.Sprint("编号 ", i), long}, Resolution: "重启"}
	}
	_, err := d.store.PutCases(t.Context(), write, cases)
	require.NoError(t, err)
	follower := indexer.NewFollower(indexer.FollowerConfig{Source: d.store, Index: d.index, Maker: indexer.TermMaker{Segmenter: d.segment}, Logger: quiet})
	steps := 0
	require.NoError(t, follower.CatchUp(t.Context(), func(_, _ int64) { steps++ }))
	assert.Greater(t, steps, 1, "600 records of 58 KB are more than one batch takes")
	status, err := d.index.Status(t.Context())
	require.NoError(t, err)
	assert.Equal(t, 600, status.Documents)
}
