import 'uplot/dist/uPlot.min.css';
import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import { durationOf, timeOf } from '../../ui/format';
import type { LagSeries } from './lag-series';
import styles from './LagChart.module.css';

const HEIGHT = 220;
/** Less than that is noise, and does not fill the picture. */
const LEAST_MS = 50;
const COLOURS = ['--accent', '--series-2', '--warn', '--bad'];

export function LagChart({ lines }: { readonly lines: LagSeries }) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot>(undefined);
  const drawn = useRef(lines);
  const names = lines.names.join('\n');
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    // Colours are read once: what follows the theme is drawn anew with it.
    const draw = (): void => {
      chart.current?.destroy();
      chart.current = new uPlot(
        optionsFor(names === '' ? [] : names.split('\n'), element),
        dataOf(drawn.current),
        element,
      );
    };
    draw();
    const sized = new ResizeObserver(() => chart.current?.setSize({ width: element.clientWidth, height: HEIGHT }));
    sized.observe(element);
    const themed = new MutationObserver(draw);
    themed.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
    const system = matchMedia('(prefers-color-scheme: dark)');
    system.addEventListener('change', draw);
    return () => {
      system.removeEventListener('change', draw);
      sized.disconnect();
      themed.disconnect();
      chart.current?.destroy();
      chart.current = undefined;
    };
  }, [names]);
  useEffect(() => {
    drawn.current = lines;
    chart.current?.setData(dataOf(lines));
  }, [lines]);
  const now = lines.figures.map((own, line) => `${lines.names[line]} ${durationOf(own.at(-1) ?? 0)}`).join(', ');
  return <div ref={place} className={styles.chart} role="img" aria-label={`Replication lag over time. Now: ${now}.`} />;
}

const dataOf = ({ seconds, figures }: LagSeries) => [seconds, ...figures] as unknown as uPlot.AlignedData;

function optionsFor(names: readonly string[], element: Element): uPlot.Options {
  const style = getComputedStyle(element);
  const colour = (name: string): string => style.getPropertyValue(name);
  const [text, grid] = [colour('--text-3'), colour('--border')];
  const lineColour = (line: number): string => colour(COLOURS[line % COLOURS.length] as string);
  const axis = {
    stroke: text,
    grid: { stroke: grid, width: 1 },
    ticks: { show: false },
    font: '12px Inter, sans-serif',
  };
  return {
    width: element.clientWidth,
    height: HEIGHT,
    cursor: { y: false },
    legend: { markers: { width: 0, fill: (_, line) => lineColour(line - 1) } },
    scales: { y: { range: (_, __, most) => [0, Math.max(LEAST_MS, most * 1.1)] } },
    axes: [
      { ...axis, space: 90, values: (_, marks) => marks.map((second) => timeOf(second * 1000)) },
      { ...axis, size: 72, values: (_, marks) => marks.map(durationOf) },
    ],
    series: [
      { value: (_, second: number | null) => (second === null ? 'now' : timeOf(second * 1000)) },
      ...names.map((label, at) => ({
        label,
        stroke: lineColour(at),
        width: 2,
        points: { show: false },
        paths: uPlot.paths.stepped?.({ align: 1 }) as uPlot.Series.PathBuilder,
        value: (own: uPlot, figure: number | null, line: number, at: number | null) => {
          const shown = at === null ? own.data[line]?.at(-1) : figure;
          return typeof shown === 'number' ? durationOf(shown) : '–';
        },
      })),
    ],
  };
}
