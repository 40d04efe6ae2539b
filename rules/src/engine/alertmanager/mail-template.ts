/*
 * A notification as a mail, as HTML and as text. It is read on a phone, at night: what is wrong first, then where, since when and who answers for it,
 * what it means, the first thing to do, and two links. Mail programs know tables and styles in the element, and not much else; pictures and scripts
 * are blocked, so there are none.
 */

/** Where an alert is: its labels, without those that the rest of the mail says. */
const WHERE = '(.Labels.Remove (stringSlice "alertname" "severity" "component" "owner")).SortedPairs';

const TIME = 'Format "2006-01-02 15:04 MST"';
const SINCE = `{{ .StartsAt.UTC.${TIME} }}`;
const TIMES = `{{ if eq .Status "firing" }}since ${SINCE}{{ else }}from ${SINCE} to {{ .EndsAt.UTC.${TIME} }}{{ end }}`;

const cell = 'padding:4px 0;vertical-align:top;font-size:14px;line-height:20px';
const row = (name: string, value: string) =>
  `<tr><td style="${cell};width:84px;color:#57606a">${name}</td><td style="${cell};color:#1f2328">${value}</td></tr>`;

const section = (name: string, value: string) =>
  `<h2 style="margin:20px 0 4px;font-size:13px;line-height:18px;color:#57606a">${name}</h2>
<p style="margin:0;font-size:16px;line-height:24px;color:#1f2328">${value}</p>`;

const button = (href: string, text: string, colours: string) =>
  `<a href="${href}" style="display:inline-block;margin:0 8px 8px 0;padding:10px 18px;border-radius:6px;font-size:16px;line-height:20px;text-decoration:none;${colours}">${text}</a>`;

/** One alert of the notification. Somebody else's may have no description: its labels say which it is. */
const alertHtml = `<p style="margin:16px 0 4px;font-size:16px;line-height:24px;color:#1f2328">{{ if ne .Status "firing" }}Over: {{ end }}{{ template "sightglass.description" . }}</p>
<table role="presentation" cellpadding="0" cellspacing="0" width="100%">
${row('When', TIMES)}
{{ with ${WHERE} }}${row('Where', '{{ range $i, $label := . }}{{ if $i }}, {{ end }}{{ .Name }} <b>{{ .Value }}</b>{{ end }}')}{{ end }}
{{ with .Labels.owner }}${row('Owner', '<b>{{ . }}</b>')}{{ end }}
{{ with .GeneratorURL }}${row('Query', '<a href="{{ . }}" style="color:#0969da">in Prometheus</a>')}{{ end }}
</table>`;

/** A template that writes the mail as HTML. What it is told is escaped by Alertmanager, in links too. */
export const mailHtml = (name: string, title: string): string => `{{ define "sightglass.mail.alert" -}}
${alertHtml}
{{- end }}

{{/* What fires first, and then what is over. */}}
{{ define "${name}" -}}
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ template "${title}" . }}</title>
</head>
<body style="margin:0;padding:0;background:#f6f8fa;font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif">
<table role="presentation" cellpadding="0" cellspacing="0" width="100%"><tr><td align="center" style="padding:16px 8px">
<table role="presentation" cellpadding="0" cellspacing="0" width="100%" style="max-width:600px;background:#ffffff;border:1px solid #d0d7de">
<tr><td style="padding:16px 20px;color:#ffffff;background:{{ if ne .Status "firing" }}#1a7f37{{ else if eq .CommonLabels.severity "critical" }}#b42318{{ else if eq .CommonLabels.severity "warning" }}#8a4b00{{ else }}#4b5563{{ end }}">
<p style="margin:0;font-size:14px;line-height:20px">{{ if ne .Status "firing" }}Over{{ else }}{{ with .CommonLabels.severity }}{{ . | title }}{{ else }}Firing{{ end }}{{ end }}{{ with .CommonLabels.component }}, {{ . }}{{ end }}</p>
<h1 style="margin:4px 0 0;font-size:22px;line-height:28px;color:#ffffff">{{ .CommonLabels.alertname }}</h1>
{{ with .CommonAnnotations.summary }}<p style="margin:4px 0 0;font-size:16px;line-height:24px">{{ . }}</p>{{ end }}
</td></tr>
<tr><td style="padding:4px 20px 20px">
{{ range .Alerts.Firing }}{{ template "sightglass.mail.alert" . }}{{ end }}
{{ range .Alerts.Resolved }}{{ template "sightglass.mail.alert" . }}{{ end }}
{{ if eq .Status "firing" }}
{{ with .CommonAnnotations.impact }}${section('What it means', '{{ . }}')}{{ end }}
{{ with .CommonAnnotations.action }}${section('First thing to do', '<b>{{ . }}</b>')}{{ end }}
{{ end }}
<p style="margin:24px 0 0">
{{ with .CommonAnnotations.runbook_url }}${button('{{ . }}', 'Runbook', 'color:#ffffff;background:#0969da')}{{ end }}
{{ with .CommonAnnotations.dashboard_url }}${button('{{ . }}', 'Dashboard', 'color:#0969da;background:#ffffff;border:1px solid #0969da')}{{ end }}
</p>
<p style="margin:12px 0 0;font-size:13px;line-height:18px;color:#57606a">Told to {{ .Receiver }} by <a href="{{ .ExternalURL }}" style="color:#0969da">Alertmanager</a>, where it can be silenced.</p>
</td></tr></table>
</td></tr></table>
</body>
</html>
{{ end }}
`;

/** The same as text, for those who read no HTML, and for the preview that a phone shows. */
export const mailText = (
  name: string,
  descriptions: string,
): string => `{{/* Of one alert, below what it says. */}}
{{ define "sightglass.mail.facts" -}}
{{ .Labels.alertname }} ${TIMES}
{{- range ${WHERE} }}, {{ .Name }} {{ .Value }}{{ end }}
{{- with .Labels.owner }}, owner {{ . }}{{ end }}
{{ end }}

{{ define "${name}" -}}
{{ template "${descriptions}" . }}
{{- if eq .Status "firing" }}
{{- with .CommonAnnotations.impact }}

Impact: {{ . }}
{{- end }}
{{- with .CommonAnnotations.action }}

First: {{ . }}
{{- end }}
{{- end }}
{{- with .CommonAnnotations.runbook_url }}

Runbook: {{ . }}
{{- end }}
{{- with .CommonAnnotations.dashboard_url }}
Dashboard: {{ . }}
{{- end }}

{{ range .Alerts.Firing }}{{ template "sightglass.mail.facts" . }}{{ end }}
{{- range .Alerts.Resolved }}{{ template "sightglass.mail.facts" . }}{{ end }}
{{- end }}
`;
