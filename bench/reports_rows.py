"""The statements that fill the tables of the reports' bench, in their order.

In brackets stand what the databases spell differently: SERIES[first TO last] is a table s of numbers n, AT[seconds]
an instant, JSON[text] a document, CHANCE[factor] a number that looks random and depends on n only.
"""

from __future__ import annotations

_PEOPLE = (
    "INSERT INTO team (id, slack_id, created_at) VALUES (1, 'T0BENCH', AT[$start])",
    """
    INSERT INTO person (id, team_id, slack_id, nickname, language, zone, status, admin, active, created_at)
    SELECT n, 1, 'U' || n, 'w' || n, 'ko', 'Asia/Seoul', 'working', FALSE, TRUE, AT[$start]
    FROM SERIES[1 TO $workers + $reviewers]
    """,
    """
    INSERT INTO project (id, team_id, key, name, type, zone, confidential, translation, currency, guideline_version,
      labels, overlap, max_in_hand, active, created_at)
    SELECT n, 1, 'P' || n, 'project ' || n, 'transcription', 'Asia/Seoul', TRUE, 'off', 'KRW', '1', $no_list,
      CASE WHEN n = $overlapped THEN 3 ELSE 1 END, 3, TRUE, AT[$start]
    FROM SERIES[1 TO $projects]
    """,
    """
    INSERT INTO membership (person_id, project_id, role, created_at)
    SELECT n, p.id, CASE WHEN n > $workers THEN 'reviewer' ELSE 'worker' END, AT[$start]
    FROM SERIES[1 TO $workers + $reviewers] CROSS JOIN project p
    """,
    """
    INSERT INTO batch (id, project_id, source_name, fingerprint, task_count, created_at)
    SELECT id, id, 'bench', '0', 1, AT[$start] FROM project
    """,
)

_PLAN = (
    # One row for each answer, with times as seconds.
    """
    CREATE TABLE plan AS
    SELECT n, 1 + n % $projects AS project_id,
      CASE WHEN 1 + n % $projects = $overlapped
        THEN (n / $projects - n / $projects % 3) * $projects + n % $projects ELSE n END AS task_id,
      1 + (n / $projects * 37 + n % $projects * 101) % $workers AS person_id,
      $workers + 1 + CHANCE[2654435761] % $reviewers AS reviewer_id,
      CASE WHEN CHANCE[2246822519] % 100 < 4 THEN 3 WHEN CHANCE[2246822519] % 100 < 18 THEN 2 ELSE 1 END AS rounds,
      CHANCE[3266489917] AS luck,
      $start + $span * n / $answers AS claimed,
      120 + CHANCE[668265263] % 1200 AS spent,
      1800 + CHANCE[374761393] % 21600 AS queued,
      3600 + CHANCE[1103515245] % 36000 AS rested
    FROM SERIES[1 TO $answers]
    """,
    # One row for each submission; what comes after the end has not happened yet.
    """
    CREATE TABLE step AS
    SELECT p.*, r.round, claimed + spent + (r.round - 1) * (queued + rested) AS submitted,
      claimed + spent + (r.round - 1) * (queued + rested) + queued AS decided,
      CASE WHEN r.round < rounds THEN 'reject' WHEN luck % 20 = 0 THEN 'fix_accept' ELSE 'accept' END AS decision
    FROM plan p JOIN (SELECT 1 AS round UNION ALL SELECT 2 UNION ALL SELECT 3) r ON r.round <= p.rounds
    WHERE claimed + spent + (r.round - 1) * (queued + rested) < $end
    """,
    "CREATE TABLE done AS SELECT n, decided FROM step WHERE decided < $end AND decision <> 'reject'",
    "CREATE INDEX ix_done ON done (n)",
)

_TASKS = (
    """
    INSERT INTO task (id, project_id, batch_id, external_id, payload, fingerprint, priority, overlap, state,
      created_at, final_at)
    SELECT t.task_id, t.project_id, t.project_id, 't' || t.task_id, $no_object, '0', 0, t.wanted,
      CASE WHEN t.accepted >= t.wanted THEN 'final' ELSE 'open' END, AT[$start],
      CASE WHEN t.accepted >= t.wanted THEN AT[t.decided] END
    FROM (
      SELECT p.task_id, p.project_id, MAX(d.decided) AS decided, COUNT(d.n) AS accepted, COUNT(*) AS wanted
      FROM plan p LEFT JOIN done d ON d.n = p.n GROUP BY p.task_id, p.project_id
    ) t
    """,
    """
    INSERT INTO task (id, project_id, batch_id, external_id, payload, fingerprint, priority, overlap, state,
      created_at)
    SELECT n, 1 + n % $projects, 1 + n % $projects, 't' || n, $no_object, '0', 0, 1, 'open', AT[$start]
    FROM SERIES[$first_open TO $last_open]
    """,
    """
    INSERT INTO answer_slot (id, task_id, project_id, number, rank, state)
    SELECT p.n, p.task_id, p.project_id, 1 + (p.n - p.task_id) / $projects, 0,
      CASE WHEN d.n IS NULL THEN 'taken' ELSE 'accepted' END
    FROM plan p LEFT JOIN done d ON d.n = p.n
    UNION ALL SELECT id, id, project_id, 1, 0, 'open' FROM task WHERE id >= $first_open
    """,
    """
    INSERT INTO assignment (id, slot_id, task_id, project_id, person_id, attempt, state, ver, claimed_at,
      lease_until, extended, submitted_at, ended_at, price_minor, currency, guideline_version)
    SELECT p.n, p.n, p.task_id, p.project_id, p.person_id, 1,
      CASE WHEN d.n IS NOT NULL THEN 'accepted' WHEN s.n IS NULL THEN 'claimed'
        WHEN s.decided < $end THEN 'returned' ELSE 'in_review' END,
      1, AT[p.claimed], AT[p.claimed + 3600], FALSE, AT[s.submitted], AT[d.decided],
      300 + p.project_id * 50, 'KRW', '1'
    FROM plan p LEFT JOIN done d ON d.n = p.n
    LEFT JOIN (SELECT n, MAX(submitted) AS submitted, MAX(decided) AS decided FROM step GROUP BY n) s ON s.n = p.n
    """,
)

_ROUNDS = (
    """
    INSERT INTO submission (id, assignment_id, task_id, project_id, author_id, round, answer, draft, late,
      submitted_at)
    SELECT n * 4 + round, n, task_id, project_id, person_id, round,
      JSON['{"text": "그랑께 나가 어저께 장에 갔다 왔제' || CASE WHEN luck % 10 = 0 THEN '잉' ELSE '이' END || '"}'],
      FALSE, FALSE, AT[submitted] FROM step
    """,
    """
    INSERT INTO review (id, submission_id, assignment_id, task_id, project_id, author_id, reviewer_id, level,
      state, ver, claimed_at, created_at)
    SELECT n * 4 + round, n * 4 + round, n, task_id, project_id, person_id,
      CASE WHEN decided < $end THEN reviewer_id END, 'reviewer',
      CASE WHEN decided < $end THEN 'decided' ELSE 'waiting' END, 1,
      AT[decided - 60 - luck % 600], AT[submitted] FROM step
    """,
    # One verdict in a hundred was a reject first and was taken back before it was given again.
    """
    INSERT INTO verdict (id, review_id, submission_id, assignment_id, project_id, reviewer_id, decision, reason,
      guideline_section, comment, decided_at, undone_at, undone_by_id, undone_why)
    SELECT n * 4 + again, n * 4 + round, n * 4 + round, n, project_id, reviewer_id, given,
      CASE WHEN given <> 'reject' THEN NULL WHEN luck % 3 = 0 THEN 'misheard' WHEN luck % 3 = 1 THEN 'timing'
        ELSE 'format' END,
      CASE WHEN given = 'reject' THEN 'S' || (luck % 20) END, CASE WHEN given = 'reject' THEN 'because' END,
      AT[decided - CASE WHEN again = 0 THEN 600 ELSE 0 END], CASE WHEN again = 0 THEN AT[decided - 300] END,
      CASE WHEN again = 0 THEN reviewer_id END, CASE WHEN again = 0 THEN 'reviewer' END
    FROM (
      SELECT step.*, round AS again, decision AS given FROM step WHERE decided < $end
      UNION ALL SELECT step.*, 0, 'reject' FROM step WHERE decided < $end AND round = 1 AND luck % 100 = 7
    ) s
    """,
    """
    INSERT INTO ledger_line (project_id, person_id, assignment_id, submission_id, verdict_id, kind, amount_minor,
      currency, created_at)
    SELECT project_id, person_id, n, n * 4 + round, n * 4 + round, 'earned', 300 + project_id * 50, 'KRW',
      AT[decided] FROM step WHERE decided < $end AND decision <> 'reject'
    """,
    "DROP TABLE done",
    "DROP TABLE step",
    "DROP TABLE plan",
)

STATEMENTS = (*_PEOPLE, *_PLAN, *_TASKS, *_ROUNDS)
