package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"time"

	"precedent/api"
	"precedent/corpus"
	"precedent/indexer"
	"precedent/search"

	"github.com/spf13/cobra"
)

func searchCommand() *cobra.Command {
	c := &cobra.Command{Use: "search TEXT", Short: "find the cases that answer a complaint", Args: atLeast(1)}
	data := dataFlag(c)
	modelsDir := modelsFlag(c)
	limit := c.Flags().Int("limit", search.DefaultLimit, fmt.Sprintf("matches wanted, 1 to %d", search.MaxLimit))
	product := c.Flags().String("product", "", "only cases of this product, or of none")
	asJSON := c.Flags().Bool("json", false, "print the answer as the API gives it")
	c.RunE = func(c *cobra.Command, args []string) error {
		if *limit < 1 || *limit > search.MaxLimit {
			return usage("--limit is %d; give 1 to %d", *limit, search.MaxLimit)
		}
		r := search.Request{Text: strings.Join(args, " "), Limit: *limit, Product: *product}
		if strings.TrimSpace(r.Text) == "" {
			return usage("the text is empty; give what the customer says")
		}
		answer, err := ask(c.Context(), folder(*data), models{dir: *modelsDir}, r, c.ErrOrStderr())
		if err != nil {
			return err
		}
		if *asJSON {
			e := json.NewEncoder(c.OutOrStdout())
			e.SetEscapeHTML(false)
			return e.Encode(answer)
		}
		return printAnswer(c.OutOrStdout(), answer)
	}
	return c
}

// ask answers from the data folder, or by the server that has it open.
func ask(ctx context.Context, d folder, from models, r search.Request, stderr io.Writer) (api.SearchAnswer, error) {
	if err := d.existing(); err != nil {
		return api.SearchAnswer{}, err
	}
	log := slog.New(slog.NewTextHandler(stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	m, err := d.open(ctx, log, from)
	if errors.Is(err, indexer.ErrOwned) {
		answer, askErr := askServer(ctx, d, r)
		if askErr != nil {
			return answer, fmt.Errorf("%w, and it can't be asked: %w", err, askErr)
		}
		return answer, nil
	}
	if err != nil {
		return api.SearchAnswer{}, err
	}
	defer m.Close()
	bar := newProgress(stderr, "indexing", "records")
	if err := m.follower.CatchUp(ctx, bar.set); err != nil {
		return api.SearchAnswer{}, err
	}
	bar.finish()
	engine, err := m.engine(ctx, nil)
	if err != nil {
		return api.SearchAnswer{}, err
	}
	response, err := engine.Search(ctx, corpus.LocalCaller(), r)
	if err != nil {
		return api.SearchAnswer{}, err
	}
	return api.NewSearchAnswer(response), nil
}

func askServer(ctx context.Context, d folder, r search.Request) (answer api.SearchAnswer, err error) {
	b, err := os.ReadFile(d.address())
	if err != nil {
		return answer, err
	}
	var at address
	if err := json.Unmarshal(b, &at); err != nil {
		return answer, err
	}
	body, err := json.Marshal(api.SearchRequest{Text: r.Text, Limit: &r.Limit, Product: r.Product})
	if err != nil {
		return answer, err
	}
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, at.URL+"/api/v1/search", bytes.NewReader(body))
	if err != nil {
		return answer, err
	}
	request.Header.Set("Content-Type", "application/json")
	reply, err := http.DefaultClient.Do(request)
	if err != nil {
		return answer, err
	}
	defer reply.Body.Close()
	if reply.StatusCode != http.StatusOK {
		why, _ := io.ReadAll(io.LimitReader(reply.Body, 1<<16))
		return answer, fmt.Errorf("the server answered %s: %s", reply.Status, why)
	}
	return answer, json.NewDecoder(reply.Body).Decode(&answer)
}

// printAnswer writes the matches for a person to read.
func printAnswer(out io.Writer, answer api.SearchAnswer) error {
	var b strings.Builder
	if len(answer.Matches) == 0 {
		b.WriteString("no case found; record one when the fix is known\n")
	}
	for i, m := range answer.Matches {
		title := m.Title
		if title == "" && len(m.Wordings) > 0 {
			title = m.Wordings[0]
		}
		id := m.ExternalID
		if id == "" {
			id = m.CaseID
		}
		fmt.Fprintf(&b, "%2d. %s  [%s, %s, score %.2f]\n", i+1, oneLine(title), id, m.State, m.Score)
		for _, step := range strings.Split(m.Resolution, "\n") {
			if step = strings.TrimSpace(step); step != "" {
				fmt.Fprintf(&b, "      %s\n", step)
			}
		}
		var shared []string
		for _, t := range m.Evidence.Terms {
			shared = append(shared, t.Term)
		}
		if len(shared) > 0 {
			fmt.Fprintf(&b, "      because of: %s\n", strings.Join(shared, ", "))
		}
		for _, d := range m.Evidence.Differs {
			fmt.Fprintf(&b, "      differs: %s, asked %s, case %s\n", d.Kind, strings.Join(d.Asked, ", "), strings.Join(d.Has, ", "))
		}
	}
	_, err := io.WriteString(out, b.String())
	return err
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
