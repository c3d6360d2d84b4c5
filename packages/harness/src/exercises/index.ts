export { applyExercise, repair } from './apply-exercise.ts';
export { readExercises } from './exercise.ts';
