import type { Language } from './language/choose-language.ts';

const ENGLISH = `npm start [-- STEPS... PAYLOAD OPTIONS]     from the root, or from a tutorial's folder

  npm start                  in the root: 01 to 05, in order, in a run of their own that leaves nothing behind.
                             In a tutorial's folder: that step
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

const KOREAN = `npm start [-- STEPS... PAYLOAD OPTIONS]     저장소의 루트나 튜토리얼의 폴더에서

  npm start                  루트에서는 01부터 05까지 차례로. 따로 실행되며 아무것도 남기지 않습니다.
                             튜토리얼의 폴더에서는 그 단계
  npm start -- all           같은 것을 한 뒤에 06부터 09까지
  npm start -- 03            내 실행의 한 단계. 앞 단계에서 만든 것을 찾아 씁니다
  npm start -- --from 03     그 단계와 그 뒤의 모든 단계
  npm start -- 06            06부터 09까지는 독립적입니다. 필요한 것을 만들고 지웁니다
  npm start -- list          단계의 목록

  npm start -- status        어디까지 했는지, 무엇이 있는지, 실제 계정이라면 비용이 얼마인지
  npm start -- check 03      다 되었나요? 아니라면 이유와 다음에 할 일을 알려 줍니다
  npm start -- hints 03      빠진 것에 대한 힌트. hints 03 2와 hints 03 3은 더 자세합니다
  npm start -- doctor        이 컴퓨터가 준비되었나요? 버그를 신고할 때 붙일 내용도 보여 줍니다
  npm start -- sweep         워크숍이 끝난 뒤: --older-than 24h보다 오래된 실행이 남긴 것을 누구의 것이든 찾습니다. --yes를 붙이면 지웁니다
  npm start -- reset         처음으로 되돌립니다. 연습을 고치고 에뮬레이터의 상태를 지웁니다

옵션
  --target local|aws   local: 에뮬레이터. 이미 실행 중인 것이나 이 프로세스 안의 것 (기본값)
                       aws: AWS 자격 증명이 가리키는 곳. 무엇을 만들기 전에 묻습니다
  --yes                묻지 않습니다
  --break N            단계의 N번째 연습을 합니다. 연습에 적힌 대로 파일을 바꾸고 단계를 실행합니다. --repair로 되돌립니다
  --run ID             마지막이 아닌 다른 실행. 예를 들어 그 실행을 정리할 때: npm start -- 05 --run 1a2b3c
  --lang en|ko         설명의 언어 (기본값: 로캘의 언어)
  --json               설명은 표준 오류로, 표준 출력의 마지막 줄은 JSON으로 된 결과
`;

export const HELP: Readonly<Record<Language, string>> = { en: ENGLISH, ko: KOREAN };
