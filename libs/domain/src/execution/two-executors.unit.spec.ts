import type { Effects } from '@action-do/contracts';
import { isOpen } from './execution-state.js';
import { policy } from './execution-story.contract.js';
import { faultIn } from './legal-history.contract.js';
import { beginning, type Model, stateOf, successors, type World } from './two-executors.contract.js';

const WORLDS_MAX = 100_000;

type Rule = (world: World, model: Model) => boolean;

const generationsOf = ({ log }: World): number[] =>
  log.flatMap(({ type, data }) => (type === 'ActionRequested' ? [data.generation] : []));
const landedKeys = ({ calls }: World): Set<string> =>
  new Set(calls.filter(({ landed }) => landed).map(({ effectKey }) => effectKey));
const saysNone = ({ says }: World['calls'][number]): boolean => !says.ok && says.effect === 'none';

/** How the closed generations ended, each with the effect key it was done under. */
function endsOf({ log }: World): { effectKey: string; succeeded: boolean; effect: string }[] {
  let effectKey = '';
  return log.flatMap(({ type, data }) => {
    if (type === 'ActionRequested') effectKey = data.effectKey;
    if (type !== 'ActionSucceeded' && type !== 'ActionFailed') return [];
    return [{ effectKey, succeeded: type === 'ActionSucceeded', effect: data.effect }];
  });
}

/** With nobody left to do anything, follows what a survivor does about a dead one. */
function comesToAnEnd(world: World, model: Model): boolean {
  const busy = world.executors.some(({ doing }) => doing !== 'idle' && doing !== 'dead');
  if (busy || world.executors.every(({ doing }) => doing === 'dead')) return true;
  let now = world;
  for (let steps = 0; steps < 30; steps++) {
    const { generation } = stateOf(now);
    if (generation && !isOpen(generation)) return true;
    const [next] = successors(now, model).progress;
    if (!next) return false;
    now = next;
  }
  return false;
}

const RULES: Record<string, Rule> = {
  'every history is one that the judge accepts': ({ log }) => faultIn(log) === null,
  'a generation has at most one outcome (I1)': (world) => endsOf(world).length <= generationsOf(world).length,
  'every call of the handler was begun in the log before (I2)': ({ log, calls }) =>
    log.filter(({ type }) => type === 'ActionStarted').length >= calls.length,
  'no attempt is called twice': ({ calls }) =>
    new Set(calls.map(({ generation, attempt }) => `${generation}/${attempt}`)).size === calls.length,
  'a success is told only of something that happened': (world) =>
    endsOf(world).every(({ succeeded, effectKey }) => !succeeded || landedKeys(world).has(effectKey)),
  'an execution is open only as long as somebody is at it, or everybody is dead (I4)': comesToAnEnd,
};

const NOTHING_HAPPENED: Record<string, Rule> = {
  'a failure with effect none is told only where nothing happened under its effect key': (world) =>
    endsOf(world).every(({ effect, effectKey }) => effect !== 'none' || !landedKeys(world).has(effectKey)),
};
const ONE_KEY: Record<string, Rule> = {
  'all that happens happens under one effect key, over all generations': (world) =>
    landedKeys(world).size <= 1,
};
const ONCE: Record<string, Rule> = {
  'it happens once, over all generations': ({ calls }) => calls.filter(({ landed }) => landed).length <= 1,
};
const NEVER_AGAIN: Record<string, Rule> = {
  'the handler is called again only after calls that said effect none (I5)': ({ calls }) =>
    calls.slice(0, -1).every(saysNone),
};

interface Situation {
  readonly effects: Effects;
  readonly what: string;
  readonly rules: Record<string, Rule>;
  readonly models: readonly Omit<Model, 'policy'>[];
}

const oneDies = [
  { sameCall: true, crashes: 1, mistakes: 0 },
  { sameCall: false, crashes: 1, mistakes: 0 },
];
const oneIsTakenForDead = [
  { sameCall: true, crashes: 1, mistakes: 1 },
  { sameCall: false, crashes: 0, mistakes: 1 },
];
const both = { what: 'one dies, or is taken for dead', models: [...oneDies, ...oneIsTakenForDead] };

const SITUATIONS: readonly Situation[] = [
  { effects: 'none', what: 'one dies', rules: RULES, models: oneDies },
  { effects: 'idempotent', rules: { ...RULES, ...NOTHING_HAPPENED, ...ONE_KEY }, ...both },
  {
    effects: 'transactional',
    what: 'one dies',
    rules: { ...RULES, ...NOTHING_HAPPENED, ...ONE_KEY },
    models: oneDies,
  },
  {
    effects: 'verifiable',
    what: 'one dies',
    rules: { ...RULES, ...NOTHING_HAPPENED, ...ONCE },
    models: oneDies,
  },
  // A first call that lands after the probe has looked is what nobody can help: see execution.md, class verifiable.
  { effects: 'verifiable', what: 'one is taken for dead', rules: RULES, models: oneIsTakenForDead },
  { effects: 'unsafe', rules: { ...RULES, ...NOTHING_HAPPENED, ...ONCE, ...NEVER_AGAIN }, ...both },
];

/** Short names, the same for equal things: a world is then told from others by a short text. */
function namer(): (thing: object) => number {
  const byThing = new WeakMap<object, number>();
  const byText = new Map<string, number>();
  return (thing) => {
    const known = byThing.get(thing);
    if (known !== undefined) return known;
    const text = JSON.stringify(thing);
    const name = byText.get(text) ?? byText.size;
    byText.set(text, name);
    byThing.set(thing, name);
    return name;
  };
}

/** Every world that can come about, each once; and the first that broke each rule. */
function explore(model: Model, rules: Record<string, Rule>, broken: Map<string, World>): number {
  const nameOf = namer();
  const known = new Set<string>();
  const open: World[] = [beginning(model)];
  for (let world = open.pop(); world; world = open.pop()) {
    const { log, calls, ...rest } = world;
    const name = `${log.map(nameOf)} ${calls.map(nameOf)} ${JSON.stringify(rest)}`;
    if (known.has(name)) continue;
    known.add(name);
    if (known.size > WORLDS_MAX) throw new Error('the model has no end');
    for (const [title, rule] of Object.entries(rules))
      if (!broken.has(title) && !rule(world, model)) broken.set(title, world);
    const { progress, trouble } = successors(world, model);
    open.push(...progress, ...trouble);
  }
  return known.size;
}

describe.each(SITUATIONS)('two executors at $effects work, where $what, in every order', (situation) => {
  const { effects, rules, models } = situation;
  const broken = new Map<string, World>();
  let worlds = 0;

  beforeAll(() => {
    for (const model of models)
      worlds += explore({ ...model, policy: policy({ effects, attemptsMax: 2 }) }, rules, broken);
  }, 60_000);

  it.each(Object.keys(rules))('%s', (title) => {
    expect(worlds).toBeGreaterThan(1_000);
    expect(broken.get(title)).toBeUndefined();
  });
});
