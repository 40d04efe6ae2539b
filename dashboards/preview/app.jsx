import {
  createTheme,
  dateTime,
  formattedValueToString,
  getFieldDisplayName,
  getFieldDisplayValues,
  ThemeContext,
} from '@grafana/data';
import { BarGauge, BigValue, GlobalStyles, PanelChrome, TimeSeries } from '@grafana/ui';
import { createRoot } from 'react-dom/client';
import { frames, variableValues } from './data.js';

const CELL = 38;
const GAP = 8;
const WIDTH = 1600;
const theme = createTheme({ colors: { mode: 'dark' } });

function Graph({ panel, data, range, width, height }) {
  if (data.length === 0) return <p style={{ padding: 16, textAlign: 'center' }}>No data</p>;
  const time = { from: dateTime(range.start * 1000), to: dateTime(range.end * 1000) };
  return (
    <TimeSeries
      frames={data}
      timeRange={{ ...time, raw: time }}
      timeZone="utc"
      width={width}
      height={height}
      structureRev={1}
      legend={panel.options.legend}
      options={panel.options}
      tweakScale={(scale) => scale}
      tweakAxis={(axis) => axis}
    />
  );
}

/** The newest value of each series, side by side. Grafana's round gauge is not published; bars stand in for it. */
function Values({ panel, data, width, height }) {
  const values = getFieldDisplayValues({
    fieldConfig: { defaults: {}, overrides: [] },
    reduceOptions: { ...panel.options.reduceOptions, values: false },
    replaceVariables: (text) => text,
    theme,
    data,
    timeZone: 'utc',
  });
  const share = (height - GAP * (values.length - 1)) / values.length;
  const highest = Math.max(...values.map(({ display }) => display.numeric), 1e-9);
  return (
    <div style={{ display: 'flex', flexDirection: 'column', gap: GAP }}>
      {values.map(({ display, field }) =>
        panel.type === 'gauge' ? (
          <BarGauge
            key={display.title}
            value={display}
            field={{ ...field, max: field.max ?? highest }}
            width={width}
            height={Math.min(share, 64)}
            orientation="horizontal"
            displayMode="basic"
            showUnfilled
            theme={theme}
          />
        ) : (
          <BigValue
            key={display.title}
            value={display}
            width={width}
            height={share}
            colorMode={panel.options.colorMode}
            graphMode="none"
            justifyMode="auto"
            textMode="value_and_name"
            theme={theme}
          />
        ),
      )}
    </div>
  );
}

/** How a cell looks: in the colour of a state, with a bar, or plain. */
function cellStyle({ config }, { color, numeric }) {
  const { type } = config.custom?.cellOptions ?? {};
  if (type === 'color-background')
    return color ? { background: color, color: theme.colors.getContrastText(color) } : {};
  if (type !== 'gauge') return {};
  const share = 100 * Math.min(1, Math.max(0, numeric));
  return { background: `linear-gradient(to right, ${color}88 ${share}%, transparent ${share}%)` };
}

/** Rows in words, or what it means that there is none. By hand, with values and colours by Grafana's own code; what does not fit is cut, as it scrolls there. */
function Rows({ panel, data, width, height }) {
  const [frame] = data;
  if (!frame || frame.length === 0)
    return <p style={{ padding: 16, textAlign: 'center' }}>{panel.fieldConfig.defaults.noValue}</p>;
  const cell = { padding: '2px 8px', textAlign: 'left', whiteSpace: 'nowrap' };
  return (
    <div style={{ width, height, overflow: 'hidden' }}>
      <table style={{ width: '100%', fontSize: 13 }}>
        <thead>
          <tr>
            {frame.fields.map((field) => (
              <th key={field.name} style={{ ...cell, color: theme.colors.text.secondary }}>
                {getFieldDisplayName(field, frame, data)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {Array.from({ length: frame.length }, (_, row) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a picture does not change
            <tr key={row}>
              {frame.fields.map((field) => {
                const shown = field.values[row] == null ? { text: '' } : field.display(field.values[row]);
                return (
                  <td key={field.name} style={{ ...cell, ...cellStyle(field, shown) }}>
                    {formattedValueToString(shown)}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The bands of a state timeline, by hand: Grafana does not publish that component. */
function Bands({ panel, data, range, width, height }) {
  const texts = panel.fieldConfig.defaults.mappings[0].options;
  const names = 140;
  const row = Math.min(28, (height - 24) / Math.max(1, data.length));
  const at = (time) => names + ((time / 1000 - range.start) / (range.end - range.start)) * (width - names);
  const [first = 0, second = first] = data[0]?.fields[0].values ?? [];
  const step = at(second) - at(first);
  return (
    <svg width={width} height={height} fontSize={Math.min(12, row)} fill={theme.colors.text.primary}>
      <title>{panel.title}</title>
      {data.map((frame, i) => (
        <g key={frame.fields[1].config.displayNameFromDS}>
          <text x={0} y={i * row + row * 0.7}>
            {frame.fields[1].config.displayNameFromDS}
          </text>
          {frame.fields[1].values.map((value, j) => (
            <rect
              // biome-ignore lint/suspicious/noArrayIndexKey: points of time do not move
              key={j}
              x={at(frame.fields[0].values[j])}
              y={i * row + 1}
              width={step + 0.5}
              height={row - 2}
              fill={theme.visualization.getColorByName(texts[value]?.color ?? 'text')}
            />
          ))}
        </g>
      ))}
      {Object.values(texts).map(({ text, color }, i) => (
        <text
          key={text}
          x={names + i * 90}
          y={height - 6}
          fill={theme.visualization.getColorByName(color)}
          fontSize={12}
        >
          ■ {text}
        </text>
      ))}
    </svg>
  );
}

const CONTENTS = { timeseries: Graph, table: Rows, 'state-timeline': Bands };

function Panel({ panel, data, range }) {
  const { x, y, w, h } = panel.gridPos;
  const column = WIDTH / 24;
  const Content = CONTENTS[panel.type] ?? Values;
  return (
    <div style={{ position: 'absolute', left: x * column + GAP / 2, top: y * CELL }}>
      <PanelChrome
        title={panel.title}
        description={panel.description}
        width={w * column - GAP}
        height={h * CELL - GAP}
      >
        {(width, height) => <Content panel={panel} data={data} range={range} width={width} height={height} />}
      </PanelChrome>
    </div>
  );
}

async function main() {
  const { dashboard, range, note, values: known } = await (await fetch('/picture.json')).json();
  const values = known ?? (await variableValues(dashboard, range));
  const data = await Promise.all(dashboard.panels.map((panel) => frames(panel, values, range, theme)));
  const bottom = Math.max(...dashboard.panels.map(({ gridPos: { y, h } }) => (y + h) * CELL));
  createRoot(document.getElementById('root')).render(
    <ThemeContext.Provider value={theme}>
      <GlobalStyles />
      <h3 style={{ padding: '12px 16px 8px' }}>{dashboard.title}</h3>
      <div style={{ position: 'relative', width: WIDTH, height: bottom }}>
        {dashboard.panels.map((panel, i) => (
          <Panel key={panel.id} panel={panel} data={data[i]} range={range} />
        ))}
      </div>
      <p style={{ padding: '4px 16px', color: theme.colors.text.secondary }}>{note}</p>
    </ThemeContext.Provider>,
  );
}

// What a component throws while it is drawn, which React would show as an empty page.
window.addEventListener('error', ({ message, error }) => {
  document.title = `error: ${error?.stack ?? message}`;
});

main().then(
  () =>
    requestAnimationFrame(() =>
      requestAnimationFrame(() =>
        setTimeout(() => {
          if (!document.title.startsWith('error')) document.title = 'ready';
        }, 1500),
      ),
    ),
  (error) => {
    document.title = `error: ${error.message}`;
  },
);
