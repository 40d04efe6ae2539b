import { createTheme, dateTime, getFieldDisplayValues, ThemeContext } from '@grafana/data';
import { BarGauge, BigValue, GlobalStyles, PanelChrome, TimeSeries } from '@grafana/ui';
import { createRoot } from 'react-dom/client';
import { frames, variableValues } from './data.js';

const CELL = 38;
const GAP = 8;
const WIDTH = 1600;
const theme = createTheme({ colors: { mode: 'dark' } });

function Graph({ panel, data, range, width, height }) {
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

function Panel({ panel, data, range }) {
  const { x, y, w, h } = panel.gridPos;
  const column = WIDTH / 24;
  const Content = panel.type === 'timeseries' ? Graph : Values;
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
  const { dashboard, range, note } = await (await fetch('/picture.json')).json();
  const values = await variableValues(dashboard, range);
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

main().then(
  () =>
    requestAnimationFrame(() =>
      requestAnimationFrame(() => setTimeout(() => (document.title = 'ready'), 1500)),
    ),
  (error) => {
    document.title = `error: ${error.message}`;
  },
);
