// Command otlptranslator answers, for each line of JSON on standard input, what
// github.com/prometheus/otlptranslator makes of a metric or a label: the library
// that the Collector and Prometheus translate names with.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/prometheus/otlptranslator"
)

type question struct {
	Name      string                                   `json:"name"`
	Unit      string                                   `json:"unit"`
	Type      string                                   `json:"type"`
	Monotonic bool                                     `json:"monotonic"`
	Label     *string                                  `json:"label"`
	Strategy  otlptranslator.TranslationStrategyOption `json:"strategy"`
}

type answer struct {
	Name  string `json:"name,omitempty"`
	Error string `json:"error,omitempty"`
}

func main() {
	if err := answerAll(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func answerAll(in io.Reader, out io.Writer) error {
	decoder := json.NewDecoder(bufio.NewReader(in))
	buffered := bufio.NewWriter(out)
	encoder := json.NewEncoder(buffered)
	encoder.SetEscapeHTML(false)
	for {
		var asked question
		if err := decoder.Decode(&asked); errors.Is(err, io.EOF) {
			return buffered.Flush()
		} else if err != nil {
			return err
		}
		name, err := translate(asked)
		given := answer{Name: name}
		if err != nil {
			given = answer{Error: err.Error()}
		}
		if err := encoder.Encode(given); err != nil {
			return err
		}
	}
}

func translate(asked question) (string, error) {
	if asked.Label != nil {
		namer := otlptranslator.LabelNamer{UTF8Allowed: !asked.Strategy.ShouldEscape()}
		return namer.Build(*asked.Label)
	}
	namer := otlptranslator.NewMetricNamer("", asked.Strategy)
	return namer.Build(otlptranslator.Metric{Name: asked.Name, Unit: asked.Unit, Type: metricType(asked)})
}

func metricType(asked question) otlptranslator.MetricType {
	switch asked.Type {
	case "sum":
		if asked.Monotonic {
			return otlptranslator.MetricTypeMonotonicCounter
		}
		return otlptranslator.MetricTypeNonMonotonicCounter
	case "gauge":
		return otlptranslator.MetricTypeGauge
	case "histogram":
		return otlptranslator.MetricTypeHistogram
	case "exponential_histogram":
		return otlptranslator.MetricTypeExponentialHistogram
	}
	return otlptranslator.MetricTypeUnknown
}
