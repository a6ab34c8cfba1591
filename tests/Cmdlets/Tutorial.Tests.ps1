#Requires -Version 7.6

# The employees job, day by day, with the delta files of examples/: what each merge must leave in the report table.

BeforeAll {
    . $PSScriptRoot/common.ps1
    $warehouse = New-TestWarehouse

    function Import-Day([int] $Day) {
        Import-Delta "$DeltaToolsRoot/examples/employees-2021-01-0$Day.csv" -Table hr.raw_deltas -DateReceived "2021-01-0$Day"
    }

    function Merge-Day([int] $Day) {
        Invoke-IcebergMerge hr.employee -Source hr.raw_deltas -Key employee_id -ReportDate "2021-01-0$Day" -ErrorAction Stop
    }

    # One line per row, by key: key, forename, department, manager, created, last updated.
    function Get-Report {
        Get-IcebergData hr.employee @args | Sort-Object employee_id | ForEach-Object {
            '{0} {1} {2}/{3} {4:yyyy-MM-dd} {5:yyyy-MM-dd}' -f $_.employee_id, $_.forename, ($_.department_id ?? 'NULL'), $_.manager_id,
                $_.record_created, $_.record_last_updated
        }
    }

    $dayOne = @(
        '1 Dexter 1/17 2021-01-01 2021-01-01', '2 Summer 1/17 2021-01-01 2021-01-01', '3 Pip 1/17 2021-01-01 2021-01-01',
        '4 Bella 1/17 2021-01-01 2021-01-01', '5 Lexie NULL/17 2021-01-01 2021-01-01')
    $dayTwo = @($dayOne[0..3]) + @(
        '5 Lexie 2/18 2021-01-01 2021-01-02', '6 Robert 1/17 2021-01-02 2021-01-02', '7 Iris 1/17 2021-01-02 2021-01-02')
    $dayThree = @($dayTwo[1..5]) + @(
        '7 Iris 2/5 2021-01-02 2021-01-03', '9 Evan 2/5 2021-01-03 2021-01-03', '10 Lauren 2/5 2021-01-03 2021-01-03',
        '11 Alice 2/5 2021-01-03 2021-01-03')

    $null = New-IcebergTable hr.employee -Schema @'
        employee_id int, sex string, forename string, surname string, department_id int, manager_id int,
        record_created date, record_last_updated date
'@
}

AfterAll {
    Remove-TestWarehouse $warehouse
}

# The steps build on each other, in the order of the days.
Describe 'The employees job' {
    It 'inserts everybody on day one' {
        $import = Import-Day 1
        $import.Status | Should -Be 'Imported'
        $import.Rows | Should -Be 5
        (Merge-Day 1).Inserted | Should -Be 5
        Get-Report | Should -Be $dayOne
    }

    It 'imports the same content only once' {
        (Import-Day 1).Status | Should -Be 'AlreadyImported'
    }

    It 'tells under -WhatIf what it would do, and does nothing' {
        $null = Import-Day 2
        Invoke-IcebergMerge hr.employee -Source hr.raw_deltas -Key employee_id -ReportDate 2021-01-02 -WhatIf
        Get-Report | Should -Be $dayOne
    }

    It 'plans with the counts of the merge' {
        $plan = Invoke-IcebergMerge hr.employee -Source hr.raw_deltas -Key employee_id -ReportDate 2021-01-02 -AsPlan
        $plan.Inserted, $plan.Updated, $plan.Deleted | Should -Be @(2, 1, 0)
    }

    It 'changes NULL to 2 and inserts two on day two' {
        $summary = Merge-Day 2
        $summary.Inserted, $summary.Updated, $summary.Deleted | Should -Be @(2, 1, 0)
        Get-Report | Should -Be $dayTwo
    }

    It 'deletes, updates and inserts on day three' {
        $null = Import-Day 3
        $summary = Merge-Day 3
        $summary.Inserted, $summary.Updated, $summary.Deleted | Should -Be @(3, 1, 1)
        Get-Report | Should -Be $dayThree
    }

    It 'leaves Dexter gone when the day is merged again, and on empty days' -ForEach 3, 4, 5 {
        (Merge-Day $_).SnapshotId | Should -BeNullOrEmpty
        Get-Report | Should -Be $dayThree
    }

    It 'refuses day two after that' {
        { Merge-Day 2 } | Should -Throw -ExpectedMessage '*2021-01-02*2021-01-03*'
        Get-Report | Should -Be $dayThree
    }

    It 'lists the history, newest first' {
        (Get-IcebergHistory hr.employee).ReportDate | ForEach-Object { $_.ToString('yyyy-MM-dd') } |
            Should -Be '2021-01-03', '2021-01-02', '2021-01-01'
    }

    It 'reads every state again: by report date, by snapshot, by time' {
        $history = @(Get-IcebergHistory hr.employee)
        Get-Report -ReportDate 2021-01-02 | Should -Be $dayTwo
        Get-Report -SnapshotId $history[2].SnapshotId | Should -Be $dayOne
        Get-Report -AsOf $history[1].MadeCurrentAt | Should -Be $dayTwo
        @($history[2] | Get-IcebergData).Count | Should -Be 5
    }

    It 'reads chosen columns of chosen rows' {
        $rows = @(Get-IcebergData hr.employee -Column surname, employee_id -Filter "department_id = 2 and surname like 'P%'" | Sort-Object surname)
        $rows.surname | Should -Be 'Perry', 'Powell'
        $rows[0].PSObject.Properties.Name | Should -Be 'surname', 'employee_id'
    }

    It 'packs the small files of the raw table, and not twice' {
        (Optimize-IcebergTable hr.raw_deltas -MinInputFiles 2).SnapshotId | Should -Not -BeNullOrEmpty
        (Optimize-IcebergTable hr.raw_deltas -MinInputFiles 2).SnapshotId | Should -BeNullOrEmpty
        @(Get-IcebergData hr.raw_deltas).Count | Should -Be 13
        (Merge-Day 3).SnapshotId | Should -BeNullOrEmpty
        Get-Report | Should -Be $dayThree
    }

    It 'names the file, line and column of bad input, and imports nothing of it' {
        $bad = Join-Path $warehouse 'bad.csv'
        Set-Content $bad 'employee_id,sex,forename,surname,department_id,manager_id,record_deleted', '12,F,Ada,King,two,5,f'
        { Import-Delta $bad -Table hr.raw_deltas -DateReceived 2021-01-04 -ErrorAction Stop } | Should -Throw -ExpectedMessage '*bad.csv*line 2*department_id*'
        @(Get-IcebergData hr.raw_deltas).Count | Should -Be 13
    }

    It 'removes tables and their files' {
        Remove-IcebergTable hr.employee, hr.raw_deltas -Purge -Force
        Get-IcebergTable | Should -BeNullOrEmpty
        Get-ChildItem $warehouse -Recurse -File -Include *.parquet, *.avro, *.metadata.json | Should -BeNullOrEmpty
    }
}

Describe 'The example' {
    It 'runs from start to end' {
        $output = & "$DeltaToolsRoot/examples/employees.ps1" *>&1 | Out-String
        $output | Should -Match 'Done\.'
    }
}
