import type { Place, WriterLock } from '../engine/place.js';
import { GenerationWriter } from '../write/views-writer.js';
import type { Leftovers } from './leftovers.js';
import { indexGeneration, makeGeneration } from './make-generation.js';
import { Successor } from './successor.js';

/**
 * Begins a generation beside the live one. What an earlier attempt left there goes. It has its indexes from the start:
 * to make them when it is filled would keep the writer of the live one from its work for as long as that takes.
 */
export async function buildAnew(
  place: Place,
  lock: WriterLock,
  leftovers: Leftovers,
  live: GenerationWriter,
  onClose: () => Promise<void>,
): Promise<Successor> {
  const { all } = await place.generations();
  for (const each of all) if (each !== live.generation) await leftovers.drop(each);
  const generation = Math.max(live.generation, ...all) + 1;
  const connections = await makeGeneration(place, generation);
  try {
    await indexGeneration(place, generation);
  } catch (error) {
    await connections.close();
    throw error;
  }
  const writer = new GenerationWriter({
    place,
    lock,
    leftovers,
    generation,
    connections,
    live: false,
    beside: true,
    liveBefore: live.generation,
    indexed: true,
    onBuildAnew: (successor) => buildAnew(place, lock, leftovers, successor, onClose),
    onClose,
  });
  return new Successor(place, leftovers, live, writer);
}
