import { language, plural } from '../index.ts';

export const dashboard = {
  title: 'ダッシュボード',
  text: '製品の利用状況です。日付は UTC です。',

  users: 'ユーザー',
  total: 'すべてのユーザー',
  today: '今日の新規',
  week: '7 日間の新規',
  active: 'アクティブユーザー',
  activeText: 'サインインした人と、アプリケーションが新しいトークンを取得した人です。',
  daily: '1 日',
  weekly: '7 日間',
  monthly: '30 日間',
  until: '終了日',
  day: '日付',
  before: { yesterday: '昨日', day: '前日', week: 'その前の 7 日間', month: 'その前の 30 日間' },
  change: (n: number, when: string) => `${when}より ${Math.abs(n).toLocaleString(language)} ${n > 0 ? '多い' : '少ない'}`,
  same: (when: string) => `${when}と同じ`,
  activity: {
    users: 'アクティブユーザー',
    curve: (from: string, to: string, most: string, when: string) => `${from}から${to}までの日ごとのアクティブユーザー。最多は${when}の ${most} です。`,
    noCurve: (from: string, to: string) => `${from}から${to}まで、アクティブな人はいませんでした。`,
  },
  newcomers: {
    users: '新規ユーザー',
    curve: (from: string, to: string, most: string, when: string) => `${from}から${to}までの日ごとの新規ユーザー。最多は${when}の ${most} です。`,
    noCurve: (from: string, to: string) => `${from}から${to}まで、新規の人はいませんでした。`,
  },

  newest: '最近の組織',
  all: 'すべての組織',

  attention: {
    connector: (kind: string) => `コードでのサインインが有効ですが、コードを送信する${kind}がありません。`,
    connectorLink: '設定する',
    factor: (n: number) => plural(n, '# 個の組織が 2 つ目の要素を必須としていますが、どれもオンになっていません。メンバーは組織トークンを取得できません。'),
    factorLink: '要素をオンにする',
    keys: 'トークンに署名する鍵が作成から 1 年を超えています。',
    keysLink: 'ローテーションする',
  },

  firstSteps: '最初のステップ',
  firstStepsText: '何もない状態から、組織へのサインインまで。',
  progress: (done: number, all: number) => `${all} 件中 ${done} 件完了`,
  dismiss: '最初のステップを閉じる',
  done: '完了',
  steps: {
    organization: { title: '組織を作成', text: '製品を使う会社やチームごとに 1 つ。それぞれに人、ロール、外観があります。', button: '組織を作成' },
    user: { title: '人を追加', text: 'サインインできる人です。その後は、本人が登録したり、招待されたり、会社のサインインから入ったりします。', button: 'ユーザーを追加' },
    application: { title: '製品を接続', text: '人がサインインする先がアプリケーションです。フレームワークごとのガイドに、正しい値の入ったコードがあります。', button: 'アプリケーションを作成' },
    experience: { title: 'サインインページを自社のものに', text: '色、ロゴ、サインインの方法を、短い 3 つのステップで。', button: '外観を選ぶ' },
    connector: { title: 'メールを送信', text: 'コード、パスワードの再設定、招待は、お使いのメールサービスから送信します。', button: 'メールを設定' },
  },
};
