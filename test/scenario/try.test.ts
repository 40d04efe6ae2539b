import { test } from 'vitest';
import { closureOf, rulesNamed } from './rules.ts';
import { differences, evaluate } from './scenarios.ts';
import { alertStoryList, recordingStories } from './stories/index.ts';
import { play, subjectsOf } from './story.ts';
const re = new RegExp(process.env.TRY ?? 'x^');
const all = [...alertStoryList.flatMap((a) => a.stories), ...recordingStories].filter((s) => re.test(`${s.alert ?? 'Records'}: ${s.title}`));
test('try', async () => {
  let bad = 0;
  for (const story of all) {
    const name = `${story.alert ?? 'Records'}: ${story.title}`;
    try {
      const played = await play(story);
      const [outcome] = await evaluate(closureOf([...subjectsOf(played)]).flatMap(rulesNamed), [played]);
      const wrong = differences(played, outcome!);
      if (wrong.length) { bad++; console.log(`× ${name}\n   ${wrong.join('\n   ')}${process.env.JOURNAL ? '\n' + played.journal.map((l) => '     | ' + l).join('\n') : ''}`); }
      else console.log(`✓ ${name}`);
    } catch (e) { bad++; console.log(`× ${name}\n   ERROR ${String(e).slice(0, 1500)}`); }
  }
  console.log(`${all.length - bad}/${all.length}`);
}, 3_000_000);
