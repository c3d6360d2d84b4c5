export const HELP = `npm start [-- STEPS...] [options]     the tutorials, from the repository's root
pnpm start [PAYLOAD] [options]        one tutorial, inside of its folder

  npm start                  01 to 05, in order, in a run of their own that leaves nothing behind
  npm start -- all           the same, and 06 to 09 after them
  npm start -- 03            one step of your own run; what earlier steps made is found
  npm start -- --from 03     that step and all after it
  npm start -- 06            06 to 09 stand alone: each makes what it needs, and deletes it
  npm start -- list          the steps

  npm start -- status        how far you are, what exists, and what it would cost on a real account
  npm start -- check 03      is it done? With the reason where it is not, and what to do next
  npm start -- hints 03      a hint at what is missing; hints 03 2 and hints 03 3 say more
  npm start -- doctor        is this machine ready? With a block for a bug report
  npm start -- sweep         after a workshop: what runs older than --older-than 24h left, of whoever. Deletes it with --yes
  npm start -- reset         back to the beginning: repairs exercises, deletes the emulator's state

Options
  --target local|aws   local: the emulator, one that runs already or one inside of this process (default)
                       aws: wherever your AWS credentials lead. Asks before it creates anything
  --yes                do not ask
  --break N            does the Nth exercise of the step: changes your files as it says, and runs the step. --repair undoes it
  --run ID             another run than the last one, e.g. to clean up after it: npm start -- 05 --run 1a2b3c
  --lang en|ko         the language of the narration (default: that of your locale)
  --json               narration to standard error; the last line of standard output is the result as JSON
`;
