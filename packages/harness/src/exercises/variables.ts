/** Set for a run that is an exercise: it does not report that the exercise is active, and does not end it. */
export const EXERCISE_VARIABLE = 'TUTORIAL_EXERCISE';

/** Ends such a run as Ctrl-C does, right after a part of its deployment. */
export const INTERRUPT_VARIABLE = 'TUTORIAL_INTERRUPT_AFTER';
