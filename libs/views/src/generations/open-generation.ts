/**
 * Which generation a writer fills when it opens a place:
 *  G1 the live one, where its definition is ours;
 *  G2 else one of ours in the making, from its checkpoint on: a restart loses no work;
 *  G3 else, or where `anew` is asked for, a new one. The old one is live until `goLive()`: readers go on with it, or, from
 *     before READABLE_FROM, say that they cannot;
 *  G4 where none is live, the one that is filled is at once, or with `fillFirst` also only by `goLive()`.
 * What else lies there was left by something that was interrupted, and goes.
 */
import type { Connections, Place, WriterLock } from '../engine/place.js';
import { ViewsTooNew } from '../errors.js';
import { DEFINITION, definitionOf, upgradeViews } from '../schema/definition.js';
import { GenerationWriter } from '../write/views-writer.js';
import { buildAnew } from './build-anew.js';
import { Leftovers } from './leftovers.js';
import { makeGeneration, openToWrite } from './make-generation.js';
import { whileBuilding } from './while-building.js';

interface Found {
  readonly generation: number;
  readonly connections: Connections;
  readonly live: boolean;
  /** Another one answers readers until this one is live. */
  readonly beside: boolean;
  readonly liveBefore: number | null;
}

export interface OpeningChoices {
  readonly anew?: boolean;
  readonly fillFirst?: boolean;
}

export async function openGeneration(
  place: Place,
  warn: (message: string) => void,
  { anew = false, fillFirst = false }: OpeningChoices = {},
): Promise<GenerationWriter> {
  const { writer, beside } = await openWriter(place, warn, anew);
  if (writer.live || beside || fillFirst) return writer;
  try {
    await writer.goLive();
    return writer;
  } catch (error) {
    await writer.close();
    throw error;
  }
}

async function openWriter(
  place: Place,
  warn: (message: string) => void,
  anew: boolean,
): Promise<{ readonly writer: GenerationWriter; readonly beside: boolean }> {
  try {
    const lock = await place.lock();
    const leftovers = new Leftovers({ place, lock, warn });
    const onClose = () => leave(place, lock, leftovers);
    try {
      const found = await findGeneration(place, leftovers, warn, anew);
      const writer = new GenerationWriter({
        ...found,
        indexed: found.live,
        place,
        lock,
        leftovers,
        onBuildAnew: (live) => buildAnew(place, lock, leftovers, live, onClose),
        onClose,
      });
      return { writer, beside: found.beside };
    } catch (error) {
      await leftovers.close();
      await lock.release();
      throw error;
    }
  } catch (error) {
    await place.close();
    throw place.meaningOf(error);
  }
}

async function leave(place: Place, lock: WriterLock, leftovers: Leftovers): Promise<void> {
  await leftovers.close();
  try {
    await lock.release();
  } finally {
    await place.close();
  }
}

async function findGeneration(
  place: Place,
  leftovers: Leftovers,
  warn: (message: string) => void,
  anew: boolean,
): Promise<Found> {
  const { live, all } = await place.generations();
  const liveDefinition = live === null ? null : await lookAt(place, live);
  if (liveDefinition !== null && liveDefinition > DEFINITION) {
    throw new ViewsTooNew(place.name, liveDefinition, DEFINITION);
  }
  const served = liveDefinition === null ? null : live;
  const tellOfOld = (): void => {
    if (liveDefinition !== null) warn(whileBuilding(liveDefinition));
  };
  const mine = anew ? null : liveDefinition === DEFINITION ? live : await newestOfOurs(place, all);
  for (const each of all) if (each !== served && each !== mine) await leftovers.drop(each);
  if (mine !== null) {
    const connections = await openToWrite(place, mine);
    await upgradeViews(connections.db);
    if (served !== mine) tellOfOld();
    return {
      generation: mine,
      connections,
      live: served === mine,
      beside: served !== null,
      liveBefore: live,
    };
  }
  const generation = Math.max(0, live ?? 0, ...all) + 1;
  const connections = await makeGeneration(place, generation);
  if (!anew) tellOfOld();
  return { generation, connections, live: false, beside: served !== null, liveBefore: live };
}

async function newestOfOurs(place: Place, all: readonly number[]): Promise<number | null> {
  for (const generation of [...all].reverse())
    if ((await lookAt(place, generation)) === DEFINITION) return generation;
  return null;
}

async function lookAt(place: Place, generation: number): Promise<number | null> {
  const connections = await place.open(generation, 'read');
  if (connections === null) return null;
  try {
    return await definitionOf(connections.db, (error) => place.isMissing(error));
  } finally {
    await connections.close();
  }
}
