import { liveSeed } from './run/live-seed.js';
const n = Number(process.argv[2] ?? 5);
const from = Number(process.argv[3] ?? 1);
const b = process.cpuUsage();
const sums: Record<string, number> = {};
for (let seed = from; seed < from + n; seed++) {
  const life = await liveSeed(seed);
  if (n === 1) { console.log(life.story.join('\n')); console.log(life.evidence.afterwards); }
  const held = life.evidence.afterwards?.held ?? [];
  if (held.length > 0 && n < 20) console.log(seed, held);
  if (held.length > 0) sums.held = (sums.held ?? 0) + 1;
  sums.steps = (sums.steps ?? 0) + life.story.length;
  for (const { said } of life.evidence.calls) sums[said.kind + ('code' in said ? said.code : '')] = (sums[said.kind+ ('code' in said ? said.code : '')] ?? 0) + 1;
}
const u = process.cpuUsage(b);
console.log(sums, `${(n / ((u.user + u.system) / 1e6)).toFixed(0)} seeds a second of CPU`);
