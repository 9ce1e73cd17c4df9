import { examplesMode } from './jest.modes.mjs';

export default examplesMode();
