export { applyExercise, undoEdits } from './apply-exercise.ts';
export { readExercises } from './exercise.ts';
