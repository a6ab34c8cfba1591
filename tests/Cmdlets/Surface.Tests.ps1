#Requires -Version 7.6

# The module as users of pwsh get it: its manifest, what it exports, its help and its views.

BeforeDiscovery {
    Import-Module "$PSScriptRoot/../../DeltaTools.psd1" -Force
    $cmdlets = (Get-Command -Module DeltaTools).Name | Sort-Object | ForEach-Object { @{ Name = $_ } }
}

BeforeAll {
    . $PSScriptRoot/common.ps1
    $warehouse = New-TestWarehouse
}

AfterAll {
    Remove-TestWarehouse $warehouse
}

Describe 'The manifest' {
    It 'is valid' {
        $manifest = Test-ModuleManifest "$DeltaToolsRoot/DeltaTools.psd1"
        $manifest.PowerShellVersion.ToString() | Should -Be '7.6'
        $manifest.CompatiblePSEditions | Should -Be 'Core'
    }

    It 'exports every cmdlet by its name, and nothing else' {
        $module = Get-Module DeltaTools
        $data = Import-PowerShellDataFile "$DeltaToolsRoot/DeltaTools.psd1"
        $module.ExportedCmdlets.Keys | Sort-Object | Should -Be ($data.CmdletsToExport | Sort-Object)
        $module.ExportedFunctions.Count | Should -Be 0
        $module.ExportedAliases.Count | Should -Be 0
    }
}

Describe '<Name>' -ForEach $cmdlets {
    It 'has an approved verb and a singular noun' {
        $command = Get-Command $Name
        Get-Verb $command.Verb | Should -Not -BeNullOrEmpty
        $command.Noun | Should -Not -Match 's$'
    }

    It 'has help with examples' {
        $help = Get-Help $Name -Full
        $help.Synopsis | Should -Not -BeNullOrEmpty
        $help.Synopsis | Should -Not -Match '\[<CommonParameters>\]'
        @($help.examples.example).Count | Should -BeGreaterOrEqual 2
    }

    It 'describes every parameter' {
        $common = [System.Management.Automation.Cmdlet]::CommonParameters
        foreach ($parameter in (Get-Command $Name).Parameters.Keys | Where-Object { $_ -notin $common }) {
            $text = (Get-Help $Name -Parameter $parameter).description.Text
            $text | Should -Not -BeNullOrEmpty -Because "-$parameter needs a description"
        }
    }
}

Describe 'Working with tables' {
    BeforeAll {
        $null = New-IcebergTable hr.employee -Schema 'employee_id int not null, surname string' -IfNotExists
    }

    It 'lists them' {
        (Get-IcebergTable).Table | Should -Be 'hr.employee'
    }

    It 'shows them as a table' {
        Get-IcebergTable | Out-String -Width 120 | Should -Match 'Table\s+Format\s+Snapshots\s+Records\s+Size\s+LastUpdated'
    }

    It 'completes their names' {
        Complete 'Get-IcebergTable hr.e' | Should -Be 'hr.employee'
    }

    It 'reads no rows of an empty table' {
        Get-IcebergData hr.employee | Should -BeNullOrEmpty
    }

    It 'lets Select-Object stop the reading' {
        (Get-IcebergTable | Select-Object -First 1).Table | Should -Be 'hr.employee'
    }

    It 'says what to do about a table that is not there' {
        Get-IcebergTable hr.employe -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure[0].FullyQualifiedErrorId | Should -BeLike 'TableNotFound,*'
        $failure[0].ErrorDetails.RecommendedAction | Should -Match 'Get-IcebergTable'
    }

    It 'removes nothing under -WhatIf' {
        Remove-IcebergTable hr.employee -Purge -Force -WhatIf
        (Get-IcebergTable hr.employee).Table | Should -Be 'hr.employee'
    }

    It 'keeps parallel runspaces apart' {
        $manifest = "$DeltaToolsRoot/DeltaTools.psd1"
        $folder = $warehouse
        $counts = 1..4 | ForEach-Object -Parallel {
            Import-Module $using:manifest
            Connect-IcebergCatalog (Join-Path $using:folder "parallel$_")
            $null = New-IcebergTable "space.t$_" 'id int'
            @(Get-IcebergTable).Count
        }
        $counts | Should -Be @(1, 1, 1, 1)
    }
}
