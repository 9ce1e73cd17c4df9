import type { Place, WriterLock } from '../engine/place.js';
import { GenerationWriter } from '../write/views-writer.js';
import type { Leftovers } from './leftovers.js';
import { makeGeneration } from './make-generation.js';
import { Successor } from './successor.js';

/** Begins a generation beside the live one. What an earlier attempt left there goes. */
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
  const writer = new GenerationWriter({
    place,
    lock,
    leftovers,
    generation,
    connections,
    live: false,
    onBuildAnew: (successor) => buildAnew(place, lock, leftovers, successor, onClose),
    onClose,
  });
  return new Successor(place, leftovers, live, writer);
}
